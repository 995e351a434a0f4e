import { Option, type Command } from 'commander';
import type { JobObject } from '#contracts';
import { COMMAND } from '../command-name.js';
import { checkOneOutput, type CommandContext, type ServerOptions } from '../context.js';
import { EXIT_CODES } from '../exit-codes.js';
import { Failure } from '../failure.js';
import { isEnded } from '../jobs/describe-job.js';
import { fetchResults } from '../jobs/fetch-results.js';
import { jobPath } from '../jobs/job-path.js';
import { STANDARD_OUTPUT } from '../transfer/fetch-file.js';
import { fetchRows } from '../transfer/fetch-rows.js';
import { newCommand, type RunCommand } from './command-options.js';
import { TRANSCRIPT_FORMATS } from './transcript-formats.js';

interface ResultsOptions extends ServerOptions {
  readonly output?: string;
  readonly errors?: string;
  readonly partial?: boolean;
  readonly format?: string;
}

export function resultsCommand(run: RunCommand): Command {
  return newCommand(
    'results',
    'fetch what a job has come to; a file is whole or not there, and a cut one is gone on with',
    [
      'results job_… -o vectors.jsonl',
      'results batch_… -o results.jsonl --errors failed.jsonl',
      'results batch_… --partial | wc -l',
      'results job_… --format srt -o talk.srt',
    ],
  )
    .argument('<job>', 'id of a job or batch')
    .option('-o, --output <file>', 'where to; without it, and without --errors, standard output')
    .option('--errors <file>', 'where to put what failed; - for standard output')
    .option('--partial', 'of a job that runs: the rows that stand already, failures among them')
    .addOption(new Option('--format <format>', 'of a transcript, also while it is heard').choices(TRANSCRIPT_FORMATS))
    .action((jobId: string, options: ResultsOptions) => run(options, (context) => fetch(context, jobId, options)));
}

async function fetch(context: CommandContext, jobId: string, options: ResultsOptions): Promise<number> {
  const { errors, partial, format } = options;
  const output = options.output ?? (errors === undefined ? STANDARD_OUTPUT : undefined);
  if (context.json) throw new Failure('Results are what they are: leave --json out.', EXIT_CODES.usage);
  checkOneOutput(false, output, errors);
  if (partial === true || format !== undefined) {
    if (errors !== undefined) throw new Failure('--errors does not go with --partial or --format.', EXIT_CODES.usage);
    const path = format === undefined ? '/results' : `/transcript?response_format=${format}`;
    const target = output ?? STANDARD_OUTPUT;
    const isComplete = await fetchRows(context, jobPath(jobId, path), target);
    context.reporter.say(
      `${target === STANDARD_OUTPUT ? '' : `→ ${target}, `}${isComplete ? 'complete' : 'not all yet'}`,
    );
    return EXIT_CODES.done;
  }
  const { body: job } = await context.api.json<JobObject>({ path: jobPath(jobId) });
  if (!isEnded(job)) {
    const advice = `Wait for it: ${COMMAND} watch ${jobId}; what stands already: ${COMMAND} results ${jobId} --partial`;
    throw new Failure(`${jobId} is ${job.status} and has no results yet. ${advice}`, EXIT_CODES.jobFailed);
  }
  return await fetchResults(context, job, { output, errors });
}
