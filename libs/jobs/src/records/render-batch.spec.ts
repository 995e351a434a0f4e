import { describe, expect, it } from 'vitest';
import { newJobRecord } from '../testing/index.js';
import { renderBatch } from './render-batch.js';

const T0_SECONDS = 1_795_000_000;
const T0 = T0_SECONDS * 1000 + 999;
const DAY_SECONDS = 86_400;

const fresh = newJobRecord({ createdAtMs: T0, deadlineMs: T0 + DAY_SECONDS * 1000, metadata: { team: 'x' } });

describe('renderBatch', () => {
  it("has every key of OpenAI's object from the start, null where nothing is known", () => {
    expect(renderBatch(fresh, undefined)).toEqual({
      id: fresh.id,
      object: 'batch',
      endpoint: '/v1/embeddings',
      model: null,
      errors: null,
      input_file_id: fresh.inputFileId,
      completion_window: '24h',
      status: 'validating',
      output_file_id: null,
      error_file_id: null,
      created_at: T0_SECONDS,
      in_progress_at: null,
      expires_at: T0_SECONDS + DAY_SECONDS,
      finalizing_at: null,
      completed_at: null,
      failed_at: null,
      expired_at: null,
      cancelling_at: null,
      cancelled_at: null,
      request_counts: { total: 0, completed: 0, failed: 0 },
      usage: null,
      metadata: { team: 'x' },
    });
  });

  it('shows live counts while the job runs, and the frozen ones behind that', () => {
    const running = { ...fresh, status: 'in_progress', total: 9 } as const;
    expect(renderBatch(running, undefined).request_counts).toEqual({ total: 9, completed: 0, failed: 0 });
    const live = { total: 9, completed: 4, failed: 1 };
    expect(renderBatch(running, live).request_counts).toEqual(live);
    const counts = { total: 9, completed: 8, failed: 1 };
    expect(renderBatch({ ...running, status: 'completed', counts }, live).request_counts).toEqual(counts);
  });

  it.each([
    ['completed', 'completed_at'],
    ['failed', 'failed_at'],
    ['expired', 'expired_at'],
    ['cancelled', 'cancelled_at'],
  ] as const)('gives a job that is %s the time in %s and in no other', (status, field) => {
    const rendered = renderBatch({ ...fresh, status, endedAtMs: T0 + 60_000 }, undefined);
    const times = { completed_at: null, failed_at: null, expired_at: null, cancelled_at: null };
    expect(rendered).toMatchObject({ ...times, [field]: T0_SECONDS + 60 });
  });

  it('lists the faults of an input', () => {
    const errors = [{ code: 'invalid_json_line', message: 'Broken.', param: null, line: 3 }];
    expect(renderBatch({ ...fresh, status: 'failed', errors }, undefined).errors).toEqual({
      object: 'list',
      data: errors,
    });
  });
});
