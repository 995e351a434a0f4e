const LOOK_EVERY_MS = 500;

/**
 * Calls back once when the process that started this one is gone, so that a killed npm leaves nothing running. Only below
 * npm: a shell that puts a job into the background and ends must not end the job.
 *
 * @param {() => void} onOrphaned
 * @returns {() => void} stops watching
 */
export function watchAncestors(onOrphaned) {
  if (process.env.npm_lifecycle_event === undefined) return () => undefined;
  const parent = process.ppid;
  const timer = setInterval(() => {
    if (process.ppid === parent) return;
    clearInterval(timer);
    onOrphaned();
  }, LOOK_EVERY_MS);
  timer.unref();
  return () => clearInterval(timer);
}
