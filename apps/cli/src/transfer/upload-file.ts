import { randomUUID } from 'node:crypto';
import type { FileObject } from '#contracts';
import type { Api } from '../server/api.js';
import { Trouble } from '../server/trouble.js';
import { renderTransfer } from '../terminal/progress-bar.js';
import type { Reporter } from '../terminal/reporter.js';
import { FileForm } from './file-form.js';
import type { InputFile } from './open-input.js';

/** Longest time without a byte taken. */
const STALL_MS = 60_000;
/** For the server to store what it has got. */
const ANSWER_MS = 300_000;

/**
 * Sends a file in one stream, from its beginning again when it was cut; a repetition has the same key, so that a server that
 * knows such keys keeps one file. The one place that decides how a file gets there.
 */
export async function uploadFile(
  api: Api,
  file: InputFile,
  purpose: 'batch' | 'user_data',
  reporter: Reporter,
): Promise<FileObject> {
  const form = new FileForm(file, purpose);
  const headers = { ...form.headers, 'idempotency-key': randomUUID() };
  const answer = await api.persist(async () => {
    const stall = new AbortController();
    const timer = setTimeout(() => stall.abort(), STALL_MS);
    const content = form.open((bytes) => {
      if (bytes < file.bytes) timer.refresh();
      else clearTimeout(timer);
      reporter.show(renderTransfer('sent', bytes, file.bytes));
    });
    try {
      const { body } = await api.jsonOnce<FileObject>({
        method: 'POST',
        path: '/files',
        headers,
        body: content,
        answerMs: ANSWER_MS,
        signal: stall.signal,
      });
      return body;
    } catch (error) {
      if (stall.signal.aborted) throw new Trouble('nothing is taken any more', { answered: false, cause: error });
      throw error;
    } finally {
      clearTimeout(timer);
    }
  });
  reporter.endProgress();
  return answer;
}
