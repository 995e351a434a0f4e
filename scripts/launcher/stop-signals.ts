/** A terminal's Ctrl-C also arrives through npm; only what comes later than this was pressed again. */
const SAME_PRESS_MS = 1000;
const LOOK_FOR_PARENT_MS = 500;

export interface StopHandlers {
  readonly stop: (reason: string) => void;
  /** For the impatient: everything at once. */
  readonly kill: () => void;
}

/** Calls `stop` at the first SIGINT, SIGTERM or SIGHUP or when the process that started this one is killed. */
export function onStopRequest({ stop, kill }: StopHandlers): void {
  let firstAt: number | undefined;
  const request = (reason: string): void => {
    if (firstAt === undefined) {
      firstAt = Date.now();
      stop(reason);
    } else if (Date.now() - firstAt > SAME_PRESS_MS) kill();
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => request(signal));
  // Below npm the parent is scripts/prepare.mjs, which has no reason to end before this process does.
  if (process.env['npm_lifecycle_event'] === undefined) return;
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    request('end of npm');
  }, LOOK_FOR_PARENT_MS);
  timer.unref();
}
