const NAME_WIDTH = 10;
const STILL_WAITING_MS = 5000;

/** The launcher's lines on the terminal, one for each thing that happened. */
export const terminal = {
  line(text = ''): void {
    process.stdout.write(`${text}\n`);
  },
  done(name: string, text: string, tookMs: number): void {
    process.stdout.write(`✓ ${name.padEnd(NAME_WIDTH)} ${text}  ${(tookMs / 1000).toFixed(1)} s\n`);
  },
  failed(text: string): void {
    process.stderr.write(`✗ ${text}\n`);
  },
};

/** Says what is waited for while it takes long. @returns stops saying so */
export function sayWhileWaiting(what: () => string): () => void {
  const startedAt = Date.now();
  const timer = setInterval(() => {
    terminal.line(`… waiting for ${what()} (${Math.round((Date.now() - startedAt) / 1000)} s)`);
  }, STILL_WAITING_MS);
  return () => clearInterval(timer);
}
