import { setImmediate } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { SoloLock } from './solo-lock.js';

const NEVER = new AbortController().signal;

/** Notes, in order, what each of several takes comes to. */
function start() {
  const lock = new SoloLock();
  const got: string[] = [];
  const beside = (name: string, signal = NEVER): void =>
    void lock.takeBeside(signal).then((taken) => got.push(`${name}: ${taken}`));
  const alone = (name: string, signal = NEVER): void =>
    void lock.takeAlone(signal).then((taken) => got.push(`${name}: ${taken}`));
  return { lock, got, beside, alone };
}

describe('SoloLock', () => {
  it('lets many in side by side, and one alone when all have left', async () => {
    const { lock, got, beside, alone } = start();
    beside('a');
    beside('b');
    alone('c');
    await setImmediate();
    expect(got).toEqual(['a: true', 'b: true']);
    lock.leaveBeside();
    await setImmediate();
    expect(got).toHaveLength(2);
    lock.leaveBeside();
    await setImmediate();
    expect(got.at(-1)).toBe('c: true');
  });

  it('holds newcomers back while one waits to be alone, then lets them in before the next', async () => {
    const { lock, got, beside, alone } = start();
    beside('a');
    alone('b');
    beside('c');
    alone('d');
    lock.leaveBeside();
    await setImmediate();
    expect(got).toEqual(['a: true', 'b: true']);
    lock.leaveAlone();
    await setImmediate();
    expect(got).toEqual(['a: true', 'b: true', 'c: true']);
    lock.leaveBeside();
    await setImmediate();
    expect(got.at(-1)).toBe('d: true');
  });

  it('gives a place that was given up to the others', async () => {
    const { lock, got, beside, alone } = start();
    const tired = new AbortController();
    beside('a');
    alone('b', tired.signal);
    beside('c');
    tired.abort();
    await setImmediate();
    expect(got).toEqual(['a: true', 'b: false', 'c: true']);
    lock.leaveBeside();
    lock.leaveBeside();
    alone('d');
    beside('e', AbortSignal.abort());
    alone('f', AbortSignal.abort());
    await setImmediate();
    expect(got.slice(3).toSorted()).toEqual(['d: true', 'e: false', 'f: false']);
  });
});
