import type { Command } from 'commander';
import { readBatchEndpoint } from '../jobs/read-batch-endpoint.js';
import { submitJob } from '../jobs/submit-job.js';
import {
  addAfterwardsOptions,
  addOrderOptions,
  newCommand,
  orderOf,
  type RunCommand,
  type SubmitOptions,
} from './command-options.js';

interface BatchOptions extends SubmitOptions {
  readonly endpoint?: string;
}

export function batchCommand(run: RunCommand): Command {
  const command = newCommand('batch', 'run a file of requests, a JSON object a line, as an OpenAI batch', [
    'batch requests.jsonl -o results.jsonl',
    'batch requests.jsonl --window 1h --errors failed.jsonl --metadata run=7',
  ])
    .argument('<file>', 'lines with custom_id, method, url and body')
    .option('--endpoint <path>', "what the lines call; else the first line's url");
  return addAfterwardsOptions(addOrderOptions(command)).action((file: string, options: BatchOptions) =>
    run(options, async (context) => {
      const endpoint = options.endpoint ?? (await readBatchEndpoint(file));
      const order = (fileId: string) => ({ input_file_id: fileId, endpoint, ...orderOf(options) });
      return await submitJob(context, { file, purpose: 'batch', path: '/batches', order }, options);
    }),
  );
}
