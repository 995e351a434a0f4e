import { once } from 'node:events';
import { get, type IncomingMessage } from 'node:http';
import { PassThrough, Readable } from 'node:stream';
import { buffer } from 'node:stream/consumers';
import { describe, expect, it } from 'vitest';
import { GatewayError } from '#platform';
import { API_KEY, startTestApi, type TestApi } from '../testing/start-test-api.js';

const BYTES = 8 * 1_048_576;

async function upload(api: TestApi): Promise<string> {
  const form = new FormData();
  form.append('file', new Blob([Buffer.alloc(BYTES, 'x')]), 'large.bin');
  form.append('purpose', 'user_data');
  const response = await api.get('/v1/files', { method: 'POST', body: form });
  return ((await response.json()) as { readonly id: string }).id;
}

async function download(api: TestApi, id: string): Promise<IncomingMessage> {
  const asked = get(`${api.url}/v1/files/${id}/content`, { headers: { authorization: `Bearer ${API_KEY}` } });
  const [answer] = (await once(asked, 'response')) as [IncomingMessage];
  return answer;
}

describe('content that does not come to its end', () => {
  it('is cut off where storage fails midway, so that nobody takes it for whole', async () => {
    await using api = await startTestApi();
    const id = await upload(api);
    api.files.onTheWay = (body) =>
      Readable.from(
        (async function* () {
          let bytes = 0;
          for await (const piece of body as AsyncIterable<Buffer>) {
            if ((bytes += piece.length) > BYTES / 2) throw new GatewayError('storage_unavailable', 'S3 is away.');
            yield piece;
          }
        })(),
        { objectMode: false },
      );
    const answer = await download(api, id);

    expect(answer.headers['content-length']).toBe(String(BYTES));
    await expect(buffer(answer)).rejects.toThrow('aborted');
  });

  it('is let go of when its reader leaves, also while storage keeps it waiting', async () => {
    await using api = await startTestApi();
    const id = await upload(api);
    const body = new PassThrough();
    const closed = once(body, 'close').catch((error: unknown) => error);
    api.files.onTheWay = () => body;
    body.write('the beginning');
    const answer = await download(api, id);
    await once(answer, 'data');
    answer.destroy();
    await closed;

    expect([body.destroyed, body.readableEnded]).toEqual([true, false]);
  });
});
