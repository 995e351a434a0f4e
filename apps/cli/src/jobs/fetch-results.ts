import type { JobObject } from '#contracts';
import { COMMAND } from '../command-name.js';
import type { CommandContext } from '../context.js';
import { EXIT_CODES } from '../exit-codes.js';
import { fetchFile, STANDARD_OUTPUT } from '../transfer/fetch-file.js';

export interface ResultTargets {
  /** Path, or `-` for standard output. */
  readonly output?: string | undefined;
  readonly errors?: string | undefined;
}

/** Fetches the files of a job that has ended, as far as they are wanted and there. @returns an exit code */
export async function fetchResults(context: CommandContext, job: JobObject, targets: ResultTargets): Promise<number> {
  const { reporter, interruption } = context;
  interruption.advice = `What was fetched is kept. The same again: ${resumeCommand(job, targets)}`;
  const files = [
    { name: 'results', target: targets.output, fileId: job.output_file_id },
    { name: 'errors', target: targets.errors, fileId: job.error_file_id },
  ];
  let exitCode: number = EXIT_CODES.done;
  for (const { name, target, fileId } of files) {
    if (target === undefined) continue;
    if (fileId === null) {
      reporter.say(`${job.id} has no ${name}`);
      if (name === 'results') exitCode = EXIT_CODES.jobFailed;
      continue;
    }
    await fetchFile(context, fileId, target);
    if (target !== STANDARD_OUTPUT) reporter.say(`→ ${target}`);
  }
  return exitCode;
}

function resumeCommand({ id }: JobObject, { output, errors }: ResultTargets): string {
  const options = [output === undefined ? [] : ['-o', output], errors === undefined ? [] : ['--errors', errors]];
  return [`${COMMAND} results`, id, ...options.flat()].join(' ');
}
