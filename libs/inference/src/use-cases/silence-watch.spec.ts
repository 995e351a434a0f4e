import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { SilenceWatch } from './silence-watch.js';

function watched() {
  const events: string[] = [];
  const watch = new SilenceWatch(
    { firstEventMs: 100_000, stallMs: 40_000, keepAliveMs: 15_000 },
    { onSilent: () => events.push('alive'), onTimeout: (isFirst) => events.push(isFirst ? 'no first' : 'stall') },
  );
  return { watch, events };
}

describe('SilenceWatch', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  it('says that a silent stream is alive every 15 s until the first event is overdue', () => {
    const { watch, events } = watched();
    watch.startWaiting();

    vi.advanceTimersByTime(99_999);
    expect(events).toEqual(['alive', 'alive', 'alive', 'alive', 'alive', 'alive']);
    vi.advanceTimersByTime(1);

    expect(events.at(-1)).toBe('no first');
  });

  it('counts the time to the first event from the start, however often it is waited for', () => {
    const { watch, events } = watched();
    watch.startWaiting();
    vi.advanceTimersByTime(60_000);
    watch.stopWaiting();
    watch.startWaiting();
    vi.advanceTimersByTime(40_000);

    expect(events.at(-1)).toBe('no first');
  });

  it('times out when events stop coming', () => {
    const { watch, events } = watched();
    watch.startWaiting();
    watch.noticeEvent();
    vi.advanceTimersByTime(30_000);
    watch.noticeEvent();
    vi.advanceTimersByTime(39_999);
    expect(events).not.toContain('stall');
    vi.advanceTimersByTime(1);

    expect(events.at(-1)).toBe('stall');
  });

  it('stays quiet while events come', () => {
    const { watch, events } = watched();
    watch.startWaiting();
    for (let second = 0; second < 600; second++) {
      watch.noticeEvent();
      vi.advanceTimersByTime(1_000);
    }

    expect(events).toEqual([]);
  });

  it('does not blame the stream for a slow reader', () => {
    const { watch, events } = watched();
    watch.startWaiting();
    watch.noticeEvent();
    watch.stopWaiting();
    vi.advanceTimersByTime(3_600_000);
    watch.startWaiting();
    vi.advanceTimersByTime(14_999);

    expect(events).toEqual([]);
  });

  it('says nothing after its end', () => {
    const { watch, events } = watched();
    watch.startWaiting();
    watch.end();
    vi.advanceTimersByTime(3_600_000);

    expect(events).toEqual([]);
    expect(vi.getTimerCount()).toBe(0);
  });
});
