import type { Command } from 'commander';
import type { JobObject, ListPageObject } from '#contracts';
import type { CommandContext, ServerOptions } from '../context.js';
import { EXIT_CODES } from '../exit-codes.js';
import { newCommand, parseCount, type RunCommand } from './command-options.js';

interface ListOptions extends ServerOptions {
  readonly limit: number;
  readonly after?: string;
}

const PAGE = 100;
const WIDTHS = { type: 13, status: 11, progress: 18, created: 19 };

export function listCommand(run: RunCommand): Command {
  return newCommand('list', 'list jobs, batches among them, newest first', [
    'list',
    'list --limit 500 --json > jobs.jsonl',
  ])
    .option('--limit <count>', 'how many', parseCount, 20)
    .option('--after <job>', 'those behind this one')
    .action((options: ListOptions) =>
      run(options, async (context) => {
        for await (const job of listJobs(context, options)) {
          context.print(context.json ? JSON.stringify(job) : renderRow(job));
        }
        return EXIT_CODES.done;
      }),
    );
}

async function* listJobs({ api }: CommandContext, { limit, after: start }: ListOptions): AsyncGenerator<JobObject> {
  let after = start;
  for (let left = limit; left > 0; left -= PAGE) {
    const query = new URLSearchParams({
      limit: String(Math.min(PAGE, left)),
      ...(after === undefined ? {} : { after }),
    });
    const { body: page } = await api.json<ListPageObject<JobObject>>({ path: `/jobs?${query.toString()}` });
    yield* page.data;
    after = page.data.at(-1)?.id;
    if (!page.has_more) return;
  }
}

function renderRow({ id, type, status, progress, created_at: created, model }: JobObject): string {
  const counts = `${Math.round(progress.done)}/${progress.total === null ? '?' : Math.round(progress.total)}`;
  const failed = progress.failed > 0 ? ` (${Math.round(progress.failed)} failed)` : '';
  return [
    id,
    type.padEnd(WIDTHS.type),
    status.padEnd(WIDTHS.status),
    `${counts}${failed}`.padEnd(WIDTHS.progress),
    new Date(created * 1000).toISOString().slice(0, WIDTHS.created).replace('T', ' '),
    model ?? '',
  ].join('  ');
}
