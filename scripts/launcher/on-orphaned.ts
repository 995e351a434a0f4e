import { readFileSync } from 'node:fs';

const LOOK_EVERY_MS = 50;
const MAX_WAIT_MS = 20_000;
const MAX_STOP_MS = 30_000;

/** Sent by the launcher: the processes that use this one and must be gone before it goes. */
export interface OutliveMessage {
  readonly outlive: readonly number[];
}

/**
 * Calls `stop` when the launcher is gone, however it went: its end of the channel closes even at `kill -9`. What does not
 * stop in time is ended hard, so that nothing ever stays behind.
 */
export function onOrphaned(stop: () => void): void {
  let users: readonly number[] = [];
  process.on('message', (message: OutliveMessage) => {
    users = message.outlive;
  });
  process.once('disconnect', () => {
    setTimeout(() => process.kill(process.pid, 'SIGKILL'), MAX_WAIT_MS + MAX_STOP_MS).unref();
    const giveUpAt = Date.now() + MAX_WAIT_MS;
    const timer = setInterval(() => {
      if (users.some(isAlive) && Date.now() < giveUpAt) return;
      clearInterval(timer);
      stop();
    }, LOOK_EVERY_MS);
  });
  // Watching alone must not keep a process alive that has nothing left to do.
  process.channel?.unref();
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return !hasEnded(pid);
  } catch {
    return false;
  }
}

/** In a container whose first process adopts but never reaps, an ended orphan keeps its number for ever. */
function hasEnded(pid: number): boolean {
  if (process.platform !== 'linux') return false;
  const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
  return stat.charAt(stat.lastIndexOf(')') + 2) === 'Z';
}
