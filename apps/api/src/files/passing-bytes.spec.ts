import { once } from 'node:events';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { request as requestInClear, type ClientRequest, type IncomingMessage } from 'node:http';
import { request as requestEncrypted } from 'node:https';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer, json } from 'node:stream/consumers';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createCertificate } from '../testing/create-certificate.js';
import { API_KEY, startTestApi } from '../testing/start-test-api.js';

const BOUNDARY = 'b0undary0of0the0form';
const DELIMITER = `\r\n--${BOUNDARY}`;
const HEAD = `--${BOUNDARY}\r\ncontent-disposition: form-data; name="file"; filename="large.bin"\r\n\r\n`;
const TAIL = `${DELIMITER}\r\ncontent-disposition: form-data; name="purpose"\r\n\r\nuser_data${DELIMITER}--\r\n`;

/** Pieces of odd sizes, each ending in what may be the beginning of the form's delimiter, and is not. */
function piecesOf(count: number): Buffer[] {
  return Array.from({ length: count }, (_, index) => {
    const cut = index % DELIMITER.length;
    return Buffer.concat([Buffer.alloc(50_000 + index * 37, index), Buffer.from(DELIMITER.slice(0, cut))]);
  });
}

describe('bytes that pass through', () => {
  const pair = createCertificate();
  let folder: string;
  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sluice-bytes-'));
    await Promise.all([writeFile(join(folder, 'crt'), pair.cert), writeFile(join(folder, 'key'), pair.key)]);
  });
  afterAll(async () => {
    await rm(folder, { recursive: true, force: true });
  });

  const encrypted = (): Record<string, string> => ({
    SLUICE_TLS_CERT_FILE: join(folder, 'crt'),
    SLUICE_TLS_KEY_FILE: join(folder, 'key'),
  });

  it.each([
    { how: 'in clear', environment: () => ({}), open: requestInClear },
    { how: 'encrypted', environment: encrypted, open: requestEncrypted },
  ])('are the same $how, there and back, wherever they were cut', async ({ environment, open }) => {
    await using api = await startTestApi({ environment: environment() });
    const send = (path: string, method: string, contentType?: string): ClientRequest =>
      open(`${api.url}${path}`, {
        method,
        ca: pair.cert,
        headers: {
          authorization: `Bearer ${API_KEY}`,
          ...(contentType !== undefined && { 'content-type': contentType }),
        },
      });
    const pieces = piecesOf(120);

    const sent = send('/v1/files', 'POST', `multipart/form-data; boundary=${BOUNDARY}`);
    for (const piece of [Buffer.from(HEAD), ...pieces, Buffer.from(TAIL)]) {
      if (!sent.write(piece)) await once(sent, 'drain');
    }
    sent.end();
    const [created] = (await once(sent, 'response')) as [IncomingMessage];
    const { id } = (await json(created)) as { readonly id: string };
    const asked = send(`/v1/files/${id}/content`, 'GET').end();
    const [answer] = (await once(asked, 'response')) as [IncomingMessage];

    const whole = Buffer.concat(pieces);
    expect(api.files.kept.get(id)?.bytes.equals(whole)).toBe(true);
    expect((await buffer(answer)).equals(whole)).toBe(true);
  });
});
