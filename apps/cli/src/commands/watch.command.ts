import type { Command } from 'commander';
import type { ServerOptions } from '../context.js';
import { followJob, tellEnd } from '../jobs/follow-job.js';
import { newCommand, type RunCommand } from './command-options.js';

export function watchCommand(run: RunCommand): Command {
  return newCommand('watch', 'show how far a job is until it has ended; Ctrl-C leaves it running', [
    'watch job_…',
    'watch batch_… --json | tail -n 1',
  ])
    .argument('<job>', 'id of a job or batch')
    .action((jobId: string, options: ServerOptions) =>
      run(options, async (context) => tellEnd(context, await followJob(context, jobId))),
    );
}
