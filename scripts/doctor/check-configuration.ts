import { ConfigurationError, type Environment } from '#platform';
import { failure, ok, type Finding } from '#scripts/doctor/finding';

/** Reads the settings of one process. @throws ConfigurationError */
export interface ConfigurationReader {
  readonly process: string;
  readonly read: (environment: Environment) => unknown;
}

/** Reads the environment exactly as each process will when it starts. */
export function checkConfiguration(
  readers: readonly ConfigurationReader[],
  environment: Environment,
): readonly Finding[] {
  return readers.map(({ process, read }) => {
    const name = `configuration of the ${process}`;
    try {
      read(environment);
      return ok(name, 'complete');
    } catch (error) {
      if (!(error instanceof ConfigurationError)) throw error;
      return failure(name, error.message, `The ${process} will not start until this is put right.`);
    }
  });
}
