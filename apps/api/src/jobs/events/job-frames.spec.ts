import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { GatewayError } from '#platform';
import { jobFrames, type JobFramesOptions } from './job-frames.js';
import type { JobSnapshot } from './job-snapshot.js';
import { SharedLook } from './shared-look.js';

const FIRST: JobSnapshot = { id: '1.a', frame: Buffer.from('first'), end: undefined };

function read(changes: Partial<JobFramesOptions>): { readonly frames: string[]; readonly ended: Promise<void> } {
  const frames: string[] = [];
  const options: JobFramesOptions = {
    look: new SharedLook(() => Promise.resolve(FIRST)),
    first: FIRST,
    knownId: undefined,
    signal: new AbortController().signal,
    checkKey: () => undefined,
    ...changes,
  };
  const readAll = async (): Promise<void> => {
    for await (const frame of jobFrames(options)) frames.push(frame.toString());
  };
  return { frames, ended: readAll() };
}

describe('the frames of a job', () => {
  beforeEach(() => {
    vi.useFakeTimers();
  });
  afterEach(() => {
    vi.useRealTimers();
  });

  it.each([
    ['nothing changes', () => Promise.resolve(FIRST)],
    ['the store does not answer', () => Promise.reject(new GatewayError('storage_unavailable', 'No answer.'))],
    ['the store hangs', () => new Promise<JobSnapshot>(() => undefined)],
  ])('show every 15 s that the stream lives while %s', async (_, look) => {
    const end = new AbortController();
    const { frames, ended } = read({ look: new SharedLook(look), signal: end.signal });
    await vi.advanceTimersByTimeAsync(49_000);
    end.abort();
    await ended;
    expect(frames.slice(1)).toEqual([
      'first',
      ...Array.from({ length: 3 }, () => ': still here\n\n'),
      ': the job goes on; ask again with Last-Event-ID\n\n',
    ]);
  });

  it('end with an error once the key is not valid any more', async () => {
    let looks = 0;
    const checkKey = (): void => {
      looks++;
      if (looks === 3) throw new GatewayError('invalid_api_key', 'It was revoked.');
    };
    const { frames, ended } = read({ checkKey });
    const failure = ended.catch((error: unknown) => error);
    await vi.advanceTimersByTimeAsync(5000);
    expect(await failure).toMatchObject({ reason: 'invalid_api_key' });
    expect(frames.slice(1)).toEqual(['first']);
  });

  it('are asked for by one look a second, however many read them', async () => {
    let looks = 0;
    const look = new SharedLook(() => {
      looks++;
      return Promise.resolve(FIRST);
    });
    const end = new AbortController();
    const readers = Array.from({ length: 100 }, () => read({ look, signal: end.signal }));
    await vi.advanceTimersByTimeAsync(10_500);
    end.abort();
    await Promise.all(readers.map(({ ended }) => ended));
    await vi.advanceTimersByTimeAsync(10_000);
    expect(looks).toBe(10);
  });
});
