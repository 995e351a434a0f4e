import { Command } from 'commander';
import { batchCommand } from './commands/batch.command.js';
import { cancelCommand } from './commands/cancel.command.js';
import type { RunCommand } from './commands/command-options.js';
import { embedCommand } from './commands/embed.command.js';
import { listCommand } from './commands/list.command.js';
import { resultsCommand } from './commands/results.command.js';
import { retryCommand } from './commands/retry.command.js';
import { showCommand } from './commands/show.command.js';
import { transcribeCommand } from './commands/transcribe.command.js';
import { watchCommand } from './commands/watch.command.js';

const COMMANDS = [
  batchCommand,
  embedCommand,
  transcribeCommand,
  watchCommand,
  showCommand,
  resultsCommand,
  listCommand,
  cancelCommand,
  retryCommand,
];

const AFTER = `
In the folder of Sluice run it as \`npx sluice …\`, or as \`npm run --silent sluice -- …\`; each command has its own --help.

Results go to standard output or files, all else to standard error.
Exit codes: 0 done; 1 the job has not come to its end, or lines of it failed; 2 the command line or a file it names;
3 the server cannot be reached; 4 the server refuses (key, model, job, request); 130 interrupted.`;

/** The whole command line. */
export function createProgram(run: RunCommand): Command {
  const program = new Command('sluice')
    .description('Bulk work on a Sluice from the command line: submit files, watch jobs, fetch what they come to.')
    .helpCommand(false)
    .exitOverride()
    .showHelpAfterError('(--help says more)')
    .addHelpText('after', AFTER);
  for (const create of COMMANDS) program.addCommand(create(run).copyInheritedSettings(program));
  return program;
}
