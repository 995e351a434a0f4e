import type { IncomingMessage, ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import { answerJson, startStubServer, type Answer } from '../testing/start-stub-server.js';
import { downloadFile, type ByteSink } from './download.js';

const CONTENT = Buffer.from('0123456789'.repeat(1000));
const FILE = answerJson(200, { id: 'file-1', bytes: CONTENT.length });

class MemorySink implements ByteSink {
  readonly chunks: Buffer[] = [];
  get bytes(): number {
    return this.chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  }
  append(chunk: Uint8Array): Promise<void> {
    this.chunks.push(Buffer.from(chunk));
    return Promise.resolve();
  }
}

/** Sends what the range asks for, and breaks off after so many bytes. */
const sendRange =
  (bytes = Infinity): Answer =>
  (request: IncomingMessage, response: ServerResponse) => {
    const first = Number(/^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1]);
    const rest = CONTENT.subarray(first);
    response.writeHead(206, {
      'content-length': rest.length,
      'content-range': `bytes ${first}-${CONTENT.length - 1}/${CONTENT.length}`,
    });
    response.write(rest.subarray(0, bytes), () => {
      if (rest.length > bytes) response.destroy();
      else response.end();
    });
  };

describe('a download', () => {
  it('goes on where it was cut, as often as it is', async () => {
    await using stub = await startStubServer([FILE, sendRange(4000), sendRange(3000), sendRange()]);
    const sink = new MemorySink();
    await downloadFile(stub.api, 'file-1', sink, stub.reporter);
    expect(Buffer.concat(sink.chunks).equals(CONTENT)).toBe(true);
    expect(stub.requests.slice(1).map(({ headers }) => headers.range)).toEqual([
      'bytes=0-',
      'bytes=4000-',
      'bytes=7000-',
    ]);
  });

  it('never puts the beginning behind what it has', async () => {
    await using stub = await startStubServer([FILE, sendRange(4000), (_, response) => response.end(CONTENT)]);
    const sink = new MemorySink();
    await expect(downloadFile(stub.api, 'file-1', sink, stub.reporter)).rejects.toThrow(
      'does not give a part of a file',
    );
    expect(sink.bytes).toBe(4000);
  });

  it('of an empty file asks for nothing', async () => {
    await using stub = await startStubServer([answerJson(200, { id: 'file-1', bytes: 0 })]);
    expect(await downloadFile(stub.api, 'file-1', new MemorySink(), stub.reporter)).toBe(0);
    expect(stub.requests).toHaveLength(1);
  });
});
