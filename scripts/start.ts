/** `npm start`: the whole system on this machine, until Ctrl-C. `--watch` (`npm run dev`) builds and restarts on change. */
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { launch, type Launched } from '#scripts/launcher/launch';
import { LauncherError } from '#scripts/launcher/launcher-error';
import { readSettings } from '#scripts/launcher/settings';
import { onStopRequest } from '#scripts/launcher/stop-signals';
import { terminal } from '#scripts/launcher/terminal';
import { watchSources } from '#scripts/launcher/watch-sources';

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const isWatching = process.argv.includes('--watch');
const stopping = new AbortController();
let launched: Launched | undefined;

function fail(error: unknown): void {
  if (stopping.signal.aborted) return;
  stopping.abort();
  process.exitCode = 1;
  if (!(error instanceof LauncherError)) throw error;
  terminal.failed(error.message);
}

// A terminal that was closed takes no more lines; the parts are stopped all the same.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => stopping.abort());

onStopRequest({
  stop: (reason) => {
    terminal.line(`\nStopping (${reason}); again to stop at once …`);
    stopping.abort();
  },
  kill: () => {
    launched?.system.killAll();
    process.exit(1);
  },
});

try {
  const settings = readSettings(process.env, root);
  const aborted = new Promise((resolve) => stopping.signal.addEventListener('abort', resolve));
  launched = await launch({
    root,
    settings,
    environment: process.env,
    signal: stopping.signal,
    onDied: (failure) => (isWatching ? terminal.failed(failure.message) : fail(failure)),
  });
  if (isWatching) watchSources({ root, launched, signal: stopping.signal, onFailed: fail });
  await aborted;
  await launched.stop();
} catch (error) {
  fail(error);
}
