import {
  TIMESTAMP_GRANULARITIES,
  TRANSCRIPTION_FORMATS,
  type TimestampGranularity,
  type TranscriptionFormat,
} from '#contracts';
import { GatewayError } from '#platform';
import type { TranscriptionRequest } from '../../audio-formats/transcription-request.types.js';
import type { SpeechTask } from '../../audio-formats/transcript.types.js';
import { wavDurationSeconds } from '../../audio-formats/wav-duration.js';
import { unsupportedValue } from '../../adapters/openai/field-checks.js';
import { nameOtherFormat } from './name-other-format.js';
import type { FormFields, TranscriptionCall } from './transcription.types.js';

const GRANULARITY_NAMES = ['timestamp_granularities[]', 'timestamp_granularities'];
const READ_HERE = new Set([
  'model',
  'file',
  'stream',
  'language',
  'prompt',
  'temperature',
  'response_format',
  ...GRANULARITY_NAMES,
]);
const BOOLEANS = ['true', 'false'] as const;

/** @throws GatewayError naming the field. */
export function readTranscriptionRequest(
  { audio, fields }: Pick<TranscriptionCall, 'audio' | 'fields'>,
  task: SpeechTask,
): TranscriptionRequest {
  if (audio.bytes.length === 0) {
    throw new GatewayError('invalid_value', "Invalid 'file': the audio file is empty.", { param: 'file' });
  }
  if (wavDurationSeconds(audio.bytes) === 0) {
    throw new GatewayError('invalid_value', "Invalid 'file': the recording holds no sound at all.", { param: 'file' });
  }
  const other = nameOtherFormat(audio.bytes);
  if (other !== undefined) {
    throw new GatewayError(
      'invalid_value',
      `Invalid 'file': it is ${other} and holds no audio. Send a recording, e.g. flac, m4a, mp3, ogg, wav or webm.`,
      { param: 'file' },
    );
  }
  const format: TranscriptionFormat = readChoice(fields, 'response_format', TRANSCRIPTION_FORMATS) ?? 'json';
  const language = single(fields, 'language');
  const prompt = single(fields, 'prompt');
  const temperature = readTemperature(fields);
  return {
    audio,
    task,
    format,
    granularities: readGranularities(fields, format),
    stream: readChoice(fields, 'stream', BOOLEANS) === 'true',
    ...(language === undefined ? {} : { language }),
    ...(prompt === undefined ? {} : { prompt }),
    ...(temperature === undefined ? {} : { temperature }),
    others: [...fields]
      .filter(([name]) => !READ_HERE.has(name))
      .flatMap(([name, values]) => values.map((value) => [name, value] as const)),
  };
}

/** Forms have no null: a field that is left empty counts as not sent. */
function single(fields: FormFields, name: string): string | undefined {
  const values = fields.get(name) ?? [];
  if (values.length > 1) {
    throw new GatewayError('invalid_value', `Invalid '${name}': it was sent ${values.length} times. Send it once.`, {
      param: name,
    });
  }
  return values[0] === '' ? undefined : values[0];
}

function readChoice<Choice extends string>(
  fields: FormFields,
  name: string,
  choices: readonly Choice[],
): Choice | undefined {
  const value = single(fields, name);
  if (value === undefined) return undefined;
  const choice = choices.find((candidate) => candidate === value.toLowerCase());
  if (choice === undefined) throw unsupportedValue(name, value, choices);
  return choice;
}

function readTemperature(fields: FormFields): number | undefined {
  const text = single(fields, 'temperature');
  if (text === undefined) return undefined;
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) {
    const message = `Invalid type for 'temperature': expected a decimal, but got '${text.slice(0, 50)}' instead.`;
    throw new GatewayError('invalid_type', message, { param: 'temperature' });
  }
  if (value >= 0 && value <= 1) return value;
  const [reason, bound] =
    value < 0 ? (['decimal_below_min_value', '>= 0'] as const) : (['decimal_above_max_value', '<= 1'] as const);
  throw new GatewayError(
    reason,
    `Invalid 'temperature': decimal ${value < 0 ? 'below minimum' : 'above maximum'} value. Expected a value ${bound}, but got ${value} instead.`,
    { param: 'temperature' },
  );
}

function readGranularities(fields: FormFields, format: TranscriptionFormat): readonly TimestampGranularity[] {
  const values = GRANULARITY_NAMES.flatMap((name) => fields.get(name) ?? []).filter((value) => value !== '');
  const granularities = values.map((value) => {
    const granularity = TIMESTAMP_GRANULARITIES.find((candidate) => candidate === value);
    if (granularity === undefined) throw unsupportedValue('timestamp_granularities', value, TIMESTAMP_GRANULARITIES);
    return granularity;
  });
  // Some clients send `segment` with every request, whatever its format; words would silently get lost.
  if (granularities.includes('word') && format !== 'verbose_json') {
    throw new GatewayError(
      'invalid_value',
      "Invalid 'timestamp_granularities': 'word' needs response_format 'verbose_json'.",
      { param: 'timestamp_granularities' },
    );
  }
  return granularities.length === 0 ? ['segment'] : [...new Set(granularities)];
}
