import { UpstreamFailure } from '../transport/upstream-failure.js';
import { saysNothingOfTheRequest } from './call-first-able.js';

/**
 * Asks a model's endpoints one after the other until one answers, or refuses the request itself: they are all the same
 * model, so the others would too.
 *
 * @throws when none can, the first failure that asking again may help, else the first one.
 */
export async function askMembers<C, T>(
  members: readonly C[],
  signal: AbortSignal,
  call: (member: C) => Promise<T>,
): Promise<T> {
  const failures: unknown[] = [];
  for (const member of members) {
    try {
      return await call(member);
    } catch (error) {
      if (signal.aborted || !saysNothingOfTheRequest(error)) throw error;
      failures.push(error);
    }
  }
  throw failures.find((error) => error instanceof UpstreamFailure && error.retry !== 'never') ?? failures[0];
}
