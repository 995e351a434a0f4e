import { Option, type Command } from 'commander';
import { INPUT_FORMATS, OUTPUT_FORMATS, VECTOR_TYPES } from '#contracts';
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
  readonly delimiter?: string;
  readonly textField?: string;
  readonly idField?: string;
  readonly outputFormat?: string;
  readonly outputDtype?: string;
  readonly deduplicate?: boolean;
  readonly dryRun?: boolean;
}

export function embedCommand(run: RunCommand): Command {
  const command = newCommand('embed', 'embed a file of texts: lines, objects of JSON, CSV or Parquet', [
    'embed texts.txt --model bge-m3/dev -o vectors.jsonl',
    'embed rows.jsonl --model bge-m3/dev --text-field body --id-field key --encoding base64 -o vectors.jsonl',
    'embed articles.csv --model bge-m3/dev --text-field body --output-format parquet -o vectors.parquet',
    'embed articles.parquet --model bge-m3/dev --text-field body --dry-run',
  ])
    .argument('<file>', 'texts, or objects that hold them')
    .requiredOption('--model <id>', 'what embeds them')
    .option('--dimensions <count>', 'length of the vectors', parseCount)
    .addOption(new Option('--encoding <form>', 'form of the vectors').choices(['float', 'base64']))
    .addOption(new Option('--input-format <format>', 'else by the name of the file').choices(INPUT_FORMATS))
    .option('--delimiter <character>', 'between the fields of a CSV file; else a comma')
    .option('--text-field <name>', 'member or column that holds the text; else text or input')
    .option('--id-field <name>', 'member or column that names a line in the results; else id')
    .addOption(new Option('--output-format <format>', 'a row of JSON a vector, or a table').choices(OUTPUT_FORMATS))
    .addOption(new Option('--output-dtype <type>', 'numbers of a Parquet file').choices(VECTOR_TYPES))
    .option('--deduplicate', 'embed equal texts once')
    .option('--dry-run', 'check the file and say what it would take; run nothing');
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
  const { model, dimensions, encoding, inputFormat, outputFormat, textField, idField } = options;
  return {
    model,
    dimensions,
    encoding_format: encoding,
    input_format: inputFormat,
    delimiter: options.delimiter,
    text_field: textField,
    id_field: idField,
    output_format: outputFormat,
    output_dtype: options.outputDtype,
    deduplicate: options.deduplicate,
    dry_run: options.dryRun,
    ...orderOf(options),
  };
}
