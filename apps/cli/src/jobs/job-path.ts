import { COMMAND } from '../command-name.js';
import { EXIT_CODES } from '../exit-codes.js';
import { Failure } from '../failure.js';

/** Path of a job in the api. @throws Failure for what is no id. */
export function jobPath(id: string, rest = ''): string {
  if (/^(?:job|batch)_\w+$/.test(id)) return `/jobs/${id}${rest}`;
  throw new Failure(
    `'${id}' is no id of a job: these begin with job_ or batch_. See ${COMMAND} list.`,
    EXIT_CODES.usage,
  );
}
