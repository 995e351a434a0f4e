import type { ChunkCommit, JobPlan, JobRecord, TranscriptionFormat } from '#contracts';
import { renderTranscript } from '#inference';
import type { ObjectStore } from '#storage';
import type { StoredFiles } from '../files/stored-files.js';
import { writeOutputFile } from '../finish/output-file.js';
import { assembleTranscript } from './assemble-transcript.js';

const ENDINGS = {
  json: 'json',
  verbose_json: 'json',
  text: 'txt',
  srt: 'srt',
  vtt: 'vtt',
} as const satisfies Record<TranscriptionFormat, string>;

/**
 * Writes the transcript of a recording in the format that was ordered. The same commits give the same file.
 *
 * @returns the file's id, `null` where no piece was heard.
 */
export async function writeTranscript(
  options: { readonly store: ObjectStore; readonly files: StoredFiles },
  record: JobRecord,
  plan: JobPlan,
  commits: readonly ChunkCommit[],
): Promise<string | null> {
  const { transcription: order } = record;
  if (order === undefined || plan.recording === undefined) return null;
  if (plan.total > 0 && commits.every(({ completed }) => completed === 0)) return null;
  const transcript = await assembleTranscript(options.store, plan, commits);
  const task = record.endpoint === '/v1/audio/translations' ? 'translate' : 'transcribe';
  const { body } = renderTranscript(transcript, { ...order, task });
  const pieces = async function* (): AsyncGenerator<{ readonly bytes: Buffer }> {
    await Promise.resolve();
    yield { bytes: body };
  };
  return await writeOutputFile(options, record, { kind: 'output', ending: ENDINGS[order.format], parts: pieces() });
}
