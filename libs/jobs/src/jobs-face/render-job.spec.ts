import { describe, expect, it } from 'vitest';
import { newJobRecord } from '../testing/index.js';
import { renderJob } from './render-job.js';

const NOW = 1_795_000_100_000;
const running = newJobRecord({ status: 'in_progress', inProgressAtMs: NOW - 20_000, total: 1000, model: 'model/dev' });
const moving = [{ chunk: 0, completed: 190, failed: 10, span: { restored: 0, fromMs: NOW - 20_000, untilMs: NOW } }];

describe('renderJob', () => {
  it('knows no total, speed or time before the input was read', () => {
    const order = {
      inputFormat: 'text',
      encodingFormat: 'float',
      dimensions: null,
      textField: null,
      idField: null,
    } as const;
    const fresh = newJobRecord({ kind: 'embeddings', embeddings: { model: 'm/dev', ...order } });
    expect(renderJob(fresh, undefined)).toMatchObject({
      object: 'job',
      type: 'embeddings',
      status: 'validating',
      model: 'm/dev',
      progress: { unit: 'lines', total: null, done: 0, failed: 0, per_second: null, eta_seconds: null },
      waiting: null,
      retry_of: null,
    });
  });

  it('tells done, speed and the time that the rest takes at it', () => {
    const { progress } = renderJob(running, { chunks: moving, waiting: undefined, nowMs: NOW });
    expect(progress).toEqual({ unit: 'lines', total: 1000, done: 200, failed: 10, per_second: 10, eta_seconds: 80 });
  });

  it('promises no time while nothing moves, and says why it stands still', () => {
    const waiting = { reason: 'The model is loading.', atMs: NOW + 300_000 };
    const job = renderJob(running, { chunks: moving, waiting, nowMs: NOW + 301_000 });
    expect(job.progress).toMatchObject({ done: 200, per_second: 0, eta_seconds: null });
    expect(job.waiting).toEqual({ reason: 'The model is loading.', seen_at: Math.floor(waiting.atMs / 1000) });
  });

  it('waits no longer once a line was done since', () => {
    const waiting = { reason: 'The model is loading.', atMs: NOW - 1 };
    expect(renderJob(running, { chunks: moving, waiting, nowMs: NOW }).waiting).toBeNull();
  });

  it('shows the frozen counts of a job that has ended, and no speed', () => {
    const counts = { total: 1000, completed: 990, failed: 10 };
    const ended = { ...running, status: 'completed', counts, endedAtMs: NOW } as const;
    expect(renderJob(ended, undefined).progress).toEqual({
      unit: 'lines',
      total: 1000,
      done: 1000,
      failed: 10,
      per_second: null,
      eta_seconds: null,
    });
  });

  it('tells of calls that were given up for realtime, and says nothing where there were none', () => {
    const ended = { ...running, status: 'completed', endedAtMs: NOW } as const;
    expect(renderJob({ ...ended, yielded: { calls: 3, callMs: 4567 } }, undefined).yielded).toEqual({
      calls: 3,
      seconds: 4.57,
    });
    expect(renderJob(ended, undefined)).not.toHaveProperty('yielded');
  });

  it('tells for how long its parts stood still for want of capacity, and says nothing where they never did', () => {
    const ended = { ...running, status: 'completed', endedAtMs: NOW } as const;
    expect(renderJob({ ...ended, waitedMs: 4567 }, undefined).waited_seconds).toBe(4.57);
    expect(renderJob(ended, undefined)).not.toHaveProperty('waited_seconds');
  });
});
