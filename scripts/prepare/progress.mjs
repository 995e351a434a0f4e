const SPEAK_EVERY_MS = 10_000;

/**
 * Says what takes time while it does: one line that counts on a terminal, a line now and then in a log. On stderr, so that
 * the output of the command that follows stays its own.
 *
 * @param {string} title
 */
export function startProgress(title) {
  const terminal = process.stderr.isTTY;
  const startedAt = Date.now();
  const elapsed = () => `${((Date.now() - startedAt) / 1000).toFixed(0)} s`;
  const clear = terminal ? '\r\u001b[2K' : '';
  const end = terminal ? '' : '\n';
  process.stderr.write(`${title} …${end}`);
  const timer = setInterval(
    () => process.stderr.write(`${clear}${title} … ${elapsed()}${end}`),
    terminal ? 1000 : SPEAK_EVERY_MS,
  );
  return {
    /** @param {boolean} ok */
    end(ok) {
      clearInterval(timer);
      process.stderr.write(`${clear}${ok ? '✓' : '✗'} ${title}, ${elapsed()}\n`);
    },
  };
}
