import { fileURLToPath } from 'node:url';
import { Interruption } from './interruption.js';
import { runCli } from './run-cli.js';
import { Reporter } from './terminal/reporter.js';

const PIPE_CLOSED_EXIT_CODE = 141;

const interruption = new Interruption();
interruption.listen(process);
// Whoever reads has seen enough, as in `… | head`.
process.stdout.on('error', (error: NodeJS.ErrnoException) => {
  if (error.code !== 'EPIPE') throw error;
  process.exit(PIPE_CLOSED_EXIT_CODE);
});
process.exitCode = await runCli(process.argv.slice(2), {
  environment: process.env,
  root: fileURLToPath(new URL('../../../../', import.meta.url)),
  stdout: process.stdout,
  reporter: new Reporter(process.stderr),
  interruption,
});
