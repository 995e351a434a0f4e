import { describe, expect, it } from 'vitest';
import type { JobObject } from '#contracts';
import { formatBytes, formatSeconds } from './format.js';
import { renderJobProgress, renderTransfer } from './progress-bar.js';
import { Reporter } from './reporter.js';

const progress = { unit: 'lines', total: 200, done: 50, failed: 2, per_second: 12.5, eta_seconds: 12 } as const;
const job = (changes: Partial<JobObject>): JobObject =>
  ({ status: 'in_progress', progress, waiting: null, ...changes }) as JobObject;

describe('the progress of a job', () => {
  it('tells how far it is, how fast it goes and how long it takes', () => {
    expect(renderJobProgress(job({}))).toBe('██████░░░░░░░░░░░░░░░░░░  50/200 lines  2 failed  12.5/s  12 s to go');
  });

  it('tells why it waits, and its status where that is not to run', () => {
    const waiting = { reason: 'the model is loading', seen_at: 1 };
    const still = { ...progress, failed: 0, per_second: null, eta_seconds: null };
    expect(renderJobProgress(job({ waiting, progress: still }))).toMatch(
      /50\/200 lines {2}waits: the model is loading$/,
    );
    expect(renderJobProgress(job({ status: 'finalizing', progress: still }))).toMatch(/50\/200 lines {2}finalizing$/);
    const unread = { ...still, total: null, done: 0 };
    expect(renderJobProgress(job({ status: 'validating', progress: unread }))).toBe(`${'░'.repeat(24)}  validating`);
  });

  it('of a recording is in seconds of sound', () => {
    const sound = { ...progress, unit: 'audio_seconds', total: 60.4, done: 30.2, failed: 0 } as const;
    expect(renderJobProgress(job({ progress: sound }))).toContain('30/60 s of sound');
  });
});

describe('figures', () => {
  it('are short', () => {
    expect([0.2, 59, 90, 3600, 7500].map(formatSeconds)).toEqual(['1 s', '59 s', '2 min', '1 h', '2 h 5 min']);
    expect([0, 999, 1000, 1_500_000, 8.2e9].map(formatBytes)).toEqual(['0 B', '999 B', '1.0 KB', '1.5 MB', '8.2 GB']);
    expect(renderTransfer('sent', 1000, 2000)).toMatch(/^█{12}░{12} {2}sent {2}1\.0 KB of 2\.0 KB$/);
  });
});

describe('the reporter', () => {
  it('writes progress over on a terminal, and keeps it below what is said', () => {
    let text = '';
    const reporter = new Reporter({ isTTY: true, columns: 10, write: (more) => (text += more) });
    reporter.show('one');
    reporter.show('more than ten columns', true);
    reporter.say('news');
    reporter.endProgress();
    const line = '\r\u001b[2K';
    expect(text).toBe(`${line}one${line}more than${line}news\n${line}more than\n`);
  });

  it('draws no faster than one can see, and what came last at the end', () => {
    let text = '';
    const reporter = new Reporter({ isTTY: true, write: (more) => (text += more) });
    for (let count = 1; count <= 1000; count++) reporter.show(String(count));
    reporter.endProgress();
    const drawn = text.split('\r\u001b[2K').slice(1);
    expect(drawn.length).toBeLessThan(100);
    expect([drawn[0], drawn.at(-1)]).toEqual(['1', '1000\n']);
  });

  it('leaves out most progress in a log', () => {
    let text = '';
    const reporter = new Reporter({ write: (more) => (text += more) });
    for (const progressLine of ['one', 'two', 'three']) reporter.show(progressLine);
    reporter.show('finalizing', true);
    expect(text).toBe('finalizing\n');
  });
});
