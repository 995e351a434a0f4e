import { describe, expect, it } from 'vitest';
import { countRepeats, judgeCallsEnded, judgeFinishedKept, judgeRefused } from './judge-calls.js';
import { judgeUnchanged } from './judge-life.js';
import { judgeLiveObjects } from './judge-objects.js';
import { newCall, newEvidence, withOutput } from './new-evidence.js';

const { lines, record } = newEvidence();

describe('judgeCallsEnded', () => {
  it('complains about calls that begin after the end of the last attempt', () => {
    const evidence = { ...newEvidence(), calls: [newCall(lines, 100), newCall(lines, 5000)] };
    expect(judgeCallsEnded(evidence, record.createdAtMs + 5000)).toEqual([]);
    expect(judgeCallsEnded(evidence, record.createdAtMs + 4000)).toEqual([
      '1 calls began after the last attempt had ended, the last 1000 ms after it',
    ]);
  });
});

describe('judgeFinishedKept', () => {
  it('complains about lines that were answered in time and are not in the output', () => {
    const lost = withOutput((rows) => rows.slice(0, 2));
    expect(judgeFinishedKept(newEvidence(), record.createdAtMs + 1000)).toEqual([]);
    expect(judgeFinishedKept(lost, record.createdAtMs + 1000)).toEqual([
      '2 lines were answered and are lost: "line-2", "line-3"',
    ]);
    expect(judgeFinishedKept(lost, record.createdAtMs + 50)).toEqual([]);
    const broken = { ...lost, calls: [newCall(lines, 100, { outcome: 'aborted' })] };
    expect(judgeFinishedKept(broken, record.createdAtMs + 1000)).toEqual([]);
  });
});

describe('judgeRefused', () => {
  it('complains about any call for what was answered with an error', () => {
    expect(judgeRefused(lines.slice(0, 1), [newCall(lines.slice(1))])).toEqual([]);
    expect(judgeRefused(lines.slice(0, 1), [newCall(lines)])).toHaveLength(1);
  });
});

describe('judgeUnchanged', () => {
  it('complains about objects that changed, went or came after the end', () => {
    const first = new Map([
      ['record', 'a'],
      ['file', 'b'],
    ]);
    expect(judgeUnchanged(first, new Map(first))).toEqual([]);
    expect(judgeUnchanged(first, new Map([['record', 'x']]))).toEqual([
      'record has changed after the end',
      'file has changed after the end',
    ]);
    expect(judgeUnchanged(first, new Map([...first, ['more', 'c']]))).toEqual(['more has changed after the end']);
  });
});

describe('judgeLiveObjects', () => {
  const live = { status: 'in_progress', hasMarker: true, hasInput: true, hasPlan: true };

  it.each([
    ['its marker', { hasMarker: false }, /no sweep finds it/],
    ['its input', { hasInput: false }, /lost its input/],
    ['its plan', { hasPlan: false }, /no plan/],
  ])('complains about a live job without %s', (_, change, complaint) => {
    expect(judgeLiveObjects(live)).toEqual([]);
    expect(judgeLiveObjects({ ...live, ...change }).join()).toMatch(complaint);
    expect(judgeLiveObjects({ ...live, ...change, status: 'completed' })).toEqual([]);
  });
});

describe('countRepeats', () => {
  it('counts lines asked more than once, packed calls too', () => {
    expect(countRepeats(newEvidence())).toBe(0);
    expect(countRepeats({ ...newEvidence(), calls: [newCall(lines), newCall(lines.slice(1))] })).toBe(3);
  });
});
