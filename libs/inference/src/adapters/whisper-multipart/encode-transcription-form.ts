import { randomBytes } from 'node:crypto';
import { joinInSlices, type BufferPool } from '#platform';
import type { TranscriptionRequest } from '../../audio-formats/transcription-request.types.js';

export interface EncodedForm {
  readonly body: Buffer;
  /** With the boundary, which SageMaker hands to the container. */
  readonly contentType: string;
}

export interface FormOptions {
  readonly servedName: string;
  readonly stream: boolean;
  /** Where the form's memory comes from; absent where it is left to the garbage collector. */
  readonly memory?: BufferPool | undefined;
}

/**
 * The request as a form for vLLM, WhisperX and OpenAI's own servers. Times are asked for only where the answer needs
 * them: not every server has them.
 */
export async function encodeTranscriptionForm(
  request: TranscriptionRequest,
  { servedName, stream, memory }: FormOptions,
): Promise<EncodedForm> {
  const { audio, language, prompt, temperature, task, granularities } = request;
  const needsTimes = !stream && request.format !== 'json' && request.format !== 'text';
  const fields: (readonly [string, string | undefined])[] = [
    ['model', servedName],
    ['language', language],
    ['prompt', prompt],
    ['temperature', temperature === undefined ? undefined : String(temperature)],
    ['response_format', needsTimes ? 'verbose_json' : 'json'],
    // Servers with a path for each task know it from there; others from this field.
    ['task', task === 'translate' ? task : undefined],
    ['stream', stream ? 'true' : undefined],
    ...(needsTimes ? granularities.map((name) => ['timestamp_granularities[]', name] as const) : []),
    ...request.others,
  ];
  const boundary = `sluice-${randomBytes(16).toString('hex')}`;
  const pieces: Buffer[] = [];
  for (const [name, value] of fields) {
    if (value !== undefined) pieces.push(Buffer.from(`${head(boundary, `name="${escape(name)}"`)}\r\n${value}\r\n`));
  }
  const disposition = `name="file"; filename="${escape(audio.filename)}"`;
  pieces.push(
    Buffer.from(`${head(boundary, disposition)}Content-Type: ${mediaType(audio.contentType)}\r\n\r\n`),
    audio.bytes,
    Buffer.from(`\r\n--${boundary}--\r\n`),
  );
  const body = await joinInSlices(pieces, memory === undefined ? undefined : (bytes) => memory.take(bytes));
  return { body, contentType: `multipart/form-data; boundary=${boundary}` };
}

function head(boundary: string, disposition: string): string {
  return `--${boundary}\r\nContent-Disposition: form-data; ${disposition}\r\n`;
}

/** As browsers write names and file names: nothing in them may end the header. */
function escape(text: string): string {
  return text.replaceAll('\r', '%0D').replaceAll('\n', '%0A').replaceAll('"', '%22');
}

function mediaType(contentType: string): string {
  return /^[\w.+-]+\/[\w.+-]+$/.test(contentType) ? contentType : 'application/octet-stream';
}
