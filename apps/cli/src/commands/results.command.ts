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
  readonly output?: string | undefined;
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
  const { errors } = options;
  const output = options.output ?? (errors === undefined ? STANDARD_OUTPUT : undefined);
  checkOneOutput(context.json, output, errors);
  const { body: job } = await context.api.json<JobObject>({ path: jobPath(jobId) });
  const exitCode = await fetchFrom(context, job, { ...options, output });
  if (context.json) context.print(JSON.stringify(job));
  return exitCode;
}

async function fetchFrom(
  context: CommandContext,
  job: JobObject,
  { output, errors, partial, format }: ResultsOptions,
): Promise<number> {
  if (partial === true || format !== undefined) {
    if (errors !== undefined) throw new Failure('--errors does not go with --partial or --format.', EXIT_CODES.usage);
    const path = format === undefined ? '/results' : `/transcript?response_format=${format}`;
    return await fetchSoFar(context, jobPath(job.id, path), output ?? STANDARD_OUTPUT);
  }
  if (isEnded(job)) return await fetchResults(context, job, { output, errors });
  const advice = `Wait for it: ${COMMAND} watch ${job.id}; what stands already: ${COMMAND} results ${job.id} --partial`;
  throw new Failure(`${job.id} is ${job.status} and has no results yet. ${advice}`, EXIT_CODES.jobFailed);
}

async function fetchSoFar(context: CommandContext, path: string, target: string): Promise<number> {
  const isComplete = await fetchRows(context, path, target);
  const place = target === STANDARD_OUTPUT ? '' : `→ ${target}, `;
  context.reporter.say(`${place}${isComplete ? 'complete' : 'not all yet'}`);
  return EXIT_CODES.done;
}
