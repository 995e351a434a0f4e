import { once } from 'node:events';
import type { Writable } from 'node:stream';
import type { Api } from '../server/api.js';
import type { Reporter } from '../terminal/reporter.js';
import { downloadFile, type ByteSink } from './download.js';
import { DraftFile } from './draft-file.js';

/** `-` is standard output. */
export const STANDARD_OUTPUT = '-';

export interface FetchContext {
  readonly api: Api;
  readonly reporter: Reporter;
  readonly stdout: Writable;
}

/** A stored file to a local one or to standard output. */
export async function fetchFile(
  { api, reporter, stdout }: FetchContext,
  fileId: string,
  target: string,
): Promise<void> {
  if (target === STANDARD_OUTPUT) {
    await downloadFile(api, fileId, new OutputSink(stdout), reporter);
    return;
  }
  const draft = new DraftFile(target, fileId);
  const sink = new DraftSink(draft, await draft.begin());
  if (sink.bytes > 0) reporter.say(`Going on with ${draft.path}`);
  try {
    await downloadFile(api, fileId, sink, reporter);
    await draft.finish();
  } finally {
    await draft.close();
  }
}

class DraftSink implements ByteSink {
  constructor(
    private readonly draft: DraftFile,
    public bytes: number,
  ) {}

  async append(chunk: Uint8Array): Promise<void> {
    await this.draft.append(chunk);
    this.bytes += chunk.length;
  }
}

class OutputSink implements ByteSink {
  bytes = 0;
  constructor(private readonly output: Writable) {}

  async append(chunk: Uint8Array): Promise<void> {
    if (!this.output.write(chunk)) await once(this.output, 'drain');
    this.bytes += chunk.length;
  }
}
