import type { Command } from 'commander';
import type { JobObject } from '#contracts';
import { checkOneOutput, type ServerOptions } from '../context.js';
import { jobPath } from '../jobs/job-path.js';
import { seeThrough, type AfterwardsOptions } from '../jobs/submit-job.js';
import { addAfterwardsOptions, newCommand, type RunCommand } from './command-options.js';

export function retryCommand(run: RunCommand): Command {
  const command = newCommand(
    'retry',
    'run the lines of a job that failed again, as a new job; asked twice, it is one',
    ['retry job_… -o rest.jsonl', 'retry batch_… --detach'],
  ).argument('<job>', 'id of a job or batch that has ended');
  return addAfterwardsOptions(command).action((jobId: string, options: ServerOptions & AfterwardsOptions) =>
    run(options, async (context) => {
      checkOneOutput(context.json, options.output, options.errors);
      const { body: job } = await context.api.json<JobObject>({ method: 'POST', path: jobPath(jobId, '/retry') });
      context.reporter.say(`${job.id} is accepted; it runs what failed of ${jobId}`);
      return await seeThrough(context, job.id, options);
    }),
  );
}
