import { extname } from 'node:path';
import { Option, type Command } from 'commander';
import { submitJob } from '../jobs/submit-job.js';
import {
  addAfterwardsOptions,
  addOrderOptions,
  newCommand,
  orderOf,
  parseNumber,
  type RunCommand,
  type SubmitOptions,
} from './command-options.js';
import { TRANSCRIPT_FORMATS } from './transcript-formats.js';

interface TranscribeOptions extends SubmitOptions {
  readonly model: string;
  readonly format?: string;
  readonly language?: string;
  readonly prompt?: string;
  readonly temperature?: number;
  readonly translate?: boolean;
  readonly words?: boolean;
}

const FORMATS_BY_ENDING: Readonly<Record<string, string>> = { '.srt': 'srt', '.vtt': 'vtt', '.txt': 'text' };

export function transcribeCommand(run: RunCommand): Command {
  const command = newCommand('transcribe', 'write a recording of any length down', [
    'transcribe talk.wav --model whisper-large-v3-turbo/dev -o talk.srt',
    'transcribe talk.mp3 --model whisper-large-v3-turbo/dev --words -o talk.json',
  ])
    .argument('<file>', 'mp3, m4a, mp4, wav, flac, ogg, webm, …')
    .requiredOption('--model <id>', 'what hears it')
    .addOption(
      new Option('--format <format>', "of the transcript; else by the output's name, else verbose_json").choices(
        TRANSCRIPT_FORMATS,
      ),
    )
    .option('--language <code>', 'what is spoken, as ISO 639-1; else what the beginning is heard as')
    .option('--prompt <text>', 'words that the model may expect')
    .option('--temperature <number>', 'of the model, 0 to 1', parseNumber)
    .option('--translate', 'into English')
    .option('--words', 'with the time of every word');
  return addAfterwardsOptions(addOrderOptions(command)).action((file: string, options: TranscribeOptions) =>
    run(options, async (context) => {
      const order = (fileId: string) => ({ type: 'transcription', input_file_id: fileId, ...speechOrder(options) });
      return await submitJob(
        context,
        { file, purpose: 'user_data', path: '/jobs', model: options.model, order },
        options,
      );
    }),
  );
}

function speechOrder(options: TranscribeOptions): Readonly<Record<string, unknown>> {
  const { model, format, language, prompt, temperature, translate, words, output } = options;
  return {
    model,
    language,
    prompt,
    temperature,
    response_format: format ?? FORMATS_BY_ENDING[extname(output ?? '').toLowerCase()],
    ...(translate === true ? { task: 'translate' } : {}),
    ...(words === true ? { timestamp_granularities: ['word', 'segment'] } : {}),
    ...orderOf(options),
  };
}
