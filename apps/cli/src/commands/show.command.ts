import type { Command } from 'commander';
import type { JobObject } from '#contracts';
import type { ServerOptions } from '../context.js';
import { EXIT_CODES } from '../exit-codes.js';
import { isEnded, describeEnd } from '../jobs/describe-job.js';
import { jobPath } from '../jobs/job-path.js';
import { renderJobProgress } from '../terminal/progress-bar.js';
import { newCommand, type RunCommand } from './command-options.js';

export function showCommand(run: RunCommand): Command {
  return newCommand('show', 'show a job as it is now', ['show job_…', 'show batch_… --json'])
    .argument('<job>', 'id of a job or batch')
    .action((jobId: string, options: ServerOptions) =>
      run(options, async ({ api, json, print }) => {
        const { body: job } = await api.json<JobObject>({ path: jobPath(jobId) });
        if (json) print(JSON.stringify(job));
        else for (const line of isEnded(job) ? describeEnd(job) : [renderJobProgress(job)]) print(line);
        return EXIT_CODES.done;
      }),
    );
}
