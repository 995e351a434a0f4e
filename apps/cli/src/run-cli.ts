import { CommanderError } from 'commander';
import { withServer, type Surroundings } from './context.js';
import { createProgram } from './create-program.js';
import { EXIT_CODES } from './exit-codes.js';
import { Failure } from './failure.js';

/** @param args What stands behind the command's name. @returns the exit code */
export async function runCli(args: readonly string[], surroundings: Surroundings): Promise<number> {
  let exitCode: number = EXIT_CODES.done;
  const program = createProgram(async (options, work) => {
    exitCode = await withServer(surroundings, options, work);
  });
  try {
    await program.parseAsync(args, { from: 'user' });
    return exitCode;
  } catch (error) {
    return tellFailure(error, surroundings);
  }
}

function tellFailure(error: unknown, { reporter, interruption }: Surroundings): number {
  if (interruption.signal.aborted) {
    reporter.say(`Interrupted. ${interruption.advice ?? ''}`.trimEnd());
    return interruption.exitCode;
  }
  // It has said already what is wrong; asking for help is no mistake.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT_CODES.done : EXIT_CODES.usage;
  if (!(error instanceof Failure)) throw error;
  reporter.say(`✗ ${error.message}`);
  if (error.exitCode === EXIT_CODES.unreachable && interruption.advice !== undefined) reporter.say(interruption.advice);
  return error.exitCode;
}
