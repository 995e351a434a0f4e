import { Command, InvalidArgumentError, Option } from 'commander';
import { COMMAND } from '../command-name.js';
import type { CommandContext, ServerOptions } from '../context.js';
import type { AfterwardsOptions } from '../jobs/submit-job.js';

/** Opens the server that the options name and does a command's work there. */
export type RunCommand = (options: ServerOptions, work: (context: CommandContext) => Promise<number>) => Promise<void>;

const DEFAULT_RETRY_SECONDS = 300;
const WINDOWS = ['1h', '24h', '7d'];
const PRIORITIES = ['high', 'normal', 'low'];

/** A command with what all commands take, and examples that can be pasted. */
export function newCommand(name: string, description: string, examples: readonly string[]): Command {
  return new Command(name)
    .description(description)
    .option('--base-url <url>', 'the server; else SLUICE_BASE_URL, OPENAI_BASE_URL, or the one that runs here')
    .option('--api-key <key>', 'its key; else SLUICE_API_KEY, OPENAI_API_KEY, or the one in .sluice/api-key')
    .option(
      '--retry-for <seconds>',
      'how long to try again while the server is away',
      parseCount,
      DEFAULT_RETRY_SECONDS,
    )
    .option('--json', 'JSON lines on standard output, for scripts')
    .addHelpText('after', `\nExamples:\n${examples.map((example) => `  ${COMMAND} ${example}`).join('\n')}`);
}

export interface OrderOptions {
  readonly window: string;
  readonly priority?: string;
  readonly metadata?: Readonly<Record<string, string>>;
}

/** What every new job takes. */
export function addOrderOptions(command: Command): Command {
  return command
    .addOption(new Option('--window <time>', 'when it has to be done').choices(WINDOWS).default('24h'))
    .addOption(new Option('--priority <priority>', 'among your own jobs').choices(PRIORITIES))
    .option('--metadata <name=value>', 'kept with the job; can be repeated', collectPair);
}

/** What happens once the job is accepted. */
export function addAfterwardsOptions(command: Command): Command {
  return command
    .option('--detach', 'do not wait for the end')
    .option('-o, --output <file>', 'fetch the results at the end; - for standard output')
    .option('--errors <file>', 'fetch what failed at the end; - for standard output');
}

export type SubmitOptions = ServerOptions & OrderOptions & AfterwardsOptions;

/** The members of a request that the order options stand for. */
export function orderOf({ window, priority, metadata }: OrderOptions): Readonly<Record<string, unknown>> {
  return {
    completion_window: window,
    ...(priority === undefined ? {} : { priority }),
    ...(metadata === undefined ? {} : { metadata }),
  };
}

export function parseCount(text: string): number {
  if (/^\d{1,9}$/.test(text)) return Number(text);
  throw new InvalidArgumentError('Expected a whole number.');
}

export function parseNumber(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && Number.isFinite(value)) return value;
  throw new InvalidArgumentError('Expected a number.');
}

function collectPair(text: string, before: Readonly<Record<string, string>> = {}): Readonly<Record<string, string>> {
  const at = text.indexOf('=');
  if (at < 1) throw new InvalidArgumentError('Expected name=value.');
  return { ...before, [text.slice(0, at)]: text.slice(at + 1) };
}
