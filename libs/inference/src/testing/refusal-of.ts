import { GatewayError } from '#platform';

/** The GatewayError that `run` throws, for tests of what is refused. */
export function refusalOf(run: () => unknown): GatewayError {
  try {
    run();
  } catch (error) {
    if (GatewayError.is(error)) return error;
    throw error;
  }
  throw new Error('nothing was thrown');
}
