import { describe, expect, it } from 'vitest';
import { RunningJobs } from './running-jobs.js';

describe('RunningJobs', () => {
  it('stops all chunks of a job that run here, and of no other', () => {
    const running = new RunningJobs();
    const controllers = [new AbortController(), new AbortController(), new AbortController()] as const;
    running.enter('a', controllers[0]);
    running.enter('a', controllers[1]);
    running.enter('b', controllers[2]);
    running.stop('a');
    expect(controllers.map(({ signal }) => signal.aborted)).toEqual([true, true, false]);
  });

  it('forgets a chunk that has left', () => {
    const running = new RunningJobs();
    const [left, stayed] = [new AbortController(), new AbortController()];
    const leave = running.enter('a', left);
    running.enter('a', stayed);
    leave();
    running.stop('a');
    running.stop('unknown');
    expect([left.signal.aborted, stayed.signal.aborted]).toEqual([false, true]);
  });
});
