import type { FileObject } from '#contracts';
import { EXIT_CODES } from '../exit-codes.js';
import { Failure } from '../failure.js';
import type { Api } from '../server/api.js';
import { Trouble, toTrouble } from '../server/trouble.js';
import { renderTransfer } from '../terminal/progress-bar.js';
import type { Reporter } from '../terminal/reporter.js';

/** Where bytes go to. */
export interface ByteSink {
  /** Bytes that are there. */
  readonly bytes: number;
  append(chunk: Uint8Array): Promise<void>;
}

/** Fetches a file into a sink, from where the sink is; after a cut, from where it was cut. @returns its size */
export async function downloadFile(api: Api, fileId: string, sink: ByteSink, reporter: Reporter): Promise<number> {
  const { body: file } = await api.json<FileObject>({ path: `/files/${fileId}` });
  while (sink.bytes < file.bytes) await api.persist(() => fetchRest(api, file, sink, reporter));
  reporter.endProgress();
  return file.bytes;
}

async function fetchRest(api: Api, file: FileObject, sink: ByteSink, reporter: Reporter): Promise<void> {
  const first = sink.bytes;
  const { statusCode, headers, body } = await api.send({
    path: `/files/${file.id}/content`,
    headers: { range: `bytes=${first}-` },
  });
  const begins = /^bytes (\d+)-/.exec(String(headers['content-range']))?.[1] ?? '0';
  if ((statusCode !== 206 && first > 0) || Number(begins) !== first) {
    // That it is not read to its end is no news.
    body.on('error', () => undefined).destroy();
    throw new Failure(
      'The server does not give a part of a file. Fetch it anew, to another name.',
      EXIT_CODES.unreachable,
    );
  }
  try {
    for await (const chunk of body) {
      await sink.append(chunk as Uint8Array);
      reporter.show(renderTransfer('fetched', sink.bytes, file.bytes));
    }
  } catch (error) {
    throw toTrouble(error, sink.bytes > first);
  }
  if (sink.bytes < file.bytes) {
    throw new Trouble('the answer was cut', { answered: true, moved: sink.bytes > first });
  }
}
