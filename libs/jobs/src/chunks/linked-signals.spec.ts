import { getEventListeners } from 'node:events';
import { describe, expect, it } from 'vitest';
import { LinkedSignals } from './linked-signals.js';

describe('LinkedSignals', () => {
  it('aborts a signal with the first of its sources, for its reason', () => {
    const [first, second] = [new AbortController(), new AbortController()];
    const signal = new LinkedSignals().any([first.signal, second.signal]);
    expect(signal.aborted).toBe(false);
    second.abort('stop');
    first.abort('too late');
    expect([signal.aborted, signal.reason]).toEqual([true, 'stop']);
  });

  it('gives an aborted signal where a source is aborted already', () => {
    const signal = new LinkedSignals().any([new AbortController().signal, AbortSignal.abort('gone')]);
    expect([signal.aborted, signal.reason]).toEqual([true, 'gone']);
  });

  it('leaves nothing at its sources once it is released', () => {
    const source = new AbortController();
    const links = new LinkedSignals();
    const outer = links.any([links.any([source.signal]), new AbortController().signal]);
    links.release();
    expect(getEventListeners(source.signal, 'abort')).toEqual([]);
    source.abort();
    expect(outer.aborted).toBe(false);
  });
});
