import { Option, type Command } from 'commander';
import { submitJob } from '../jobs/submit-job.js';
import {
  addAfterwardsOptions,
  addOrderOptions,
  newCommand,
  orderOf,
  parseCount,
  type RunCommand,
  type SubmitOptions,
} from './command-options.js';

interface EmbedOptions extends SubmitOptions {
  readonly model: string;
  readonly dimensions?: number;
  readonly encoding?: string;
  readonly inputFormat?: string;
  readonly textField?: string;
  readonly idField?: string;
}

export function embedCommand(run: RunCommand): Command {
  const command = newCommand('embed', 'embed a file of texts, a text or a JSON object a line', [
    'embed texts.txt --model bge-m3/dev -o vectors.jsonl',
    'embed rows.jsonl --model bge-m3/dev --text-field body --id-field key --encoding base64 -o vectors.jsonl',
  ])
    .argument('<file>', 'texts, or objects that hold them')
    .requiredOption('--model <id>', 'what embeds them')
    .option('--dimensions <count>', 'length of the vectors', parseCount)
    .addOption(new Option('--encoding <form>', 'form of the vectors').choices(['float', 'base64']))
    .option('--input-format <format>', 'jsonl or text; else by the name of the file')
    .option('--text-field <name>', 'member that holds the text; else text or input')
    .option('--id-field <name>', 'member that names a line in the results; else id');
  return addAfterwardsOptions(addOrderOptions(command)).action((file: string, options: EmbedOptions) =>
    run(options, async (context) => {
      const order = (fileId: string) => ({ type: 'embeddings', input_file_id: fileId, ...embedOrder(options) });
      return await submitJob(
        context,
        { file, purpose: 'user_data', path: '/jobs', model: options.model, order },
        options,
      );
    }),
  );
}

function embedOrder(options: EmbedOptions): Readonly<Record<string, unknown>> {
  const { model, dimensions, encoding, inputFormat, textField, idField } = options;
  return {
    model,
    dimensions,
    encoding_format: encoding,
    input_format: inputFormat,
    text_field: textField,
    id_field: idField,
    ...orderOf(options),
  };
}
