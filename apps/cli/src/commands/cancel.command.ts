import type { Command } from 'commander';
import type { JobObject } from '#contracts';
import { COMMAND } from '../command-name.js';
import type { ServerOptions } from '../context.js';
import { EXIT_CODES } from '../exit-codes.js';
import { jobPath } from '../jobs/job-path.js';
import { newCommand, type RunCommand } from './command-options.js';

export function cancelCommand(run: RunCommand): Command {
  return newCommand('cancel', 'cancel a job; what is done already is kept', ['cancel job_…'])
    .argument('<job>', 'id of a job or batch')
    .action((jobId: string, options: ServerOptions) =>
      run(options, async ({ api, json, print, reporter }) => {
        const { body: job } = await api.json<JobObject>({ method: 'POST', path: jobPath(jobId, '/cancel') });
        if (json) print(JSON.stringify(job));
        else reporter.say(`${jobId} is ${job.status}; its end: ${COMMAND} watch ${jobId}`);
        return EXIT_CODES.done;
      }),
    );
}
