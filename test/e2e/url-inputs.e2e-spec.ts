import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createCertificate } from '#source/apps/api/src/testing/create-certificate';
import { startReceiver } from '#source/libs/platform/src/testing/index';
import { startSystem, type System } from '../setup/processes.js';
import { record, RecordingClient } from './support/recordings.js';

const MEBIBYTE = 1_048_576;
const MOST_BYTES = 8 * MEBIBYTE;
const TOKEN = 'canary-of-a-presigned-address';

describe('A recording at an address', { timeout: 120_000 }, () => {
  const certificate = createCertificate();
  let folder: string;
  let system: System;
  let client: RecordingClient;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sluice-url-inputs-'));
    const trusted = join(folder, 'server.pem');
    await writeFile(trusted, certificate.cert);
    system = await startSystem({
      environment: {
        NODE_EXTRA_CA_CERTS: trusted,
        SLUICE_OUTBOUND_ALLOW: '127.0.0.1',
        SLUICE_OUTBOUND_PORTS: 'any',
        SLUICE_URL_INPUTS: 'true',
        SLUICE_URL_INPUT_BYTES: String(MOST_BYTES),
        SLUICE_URL_INPUT_TIMEOUT_MS: '1500',
      },
    });
    client = new RecordingClient(system);
  });

  afterAll(async () => {
    await system?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  const run = async (url: string) => await client.ended((await client.create({ input_url: url })).id);

  it('is fetched over TLS and transcribed, and its key is neither shown nor logged', async () => {
    const { wav, words } = record({ seed: 9, seconds: 40, pauseSeconds: [0, 0.5] });
    await using server = await startReceiver(({ path }, response) => {
      if (path.startsWith('/moved')) response.writeHead(302, { location: `/talk.wav?key=${TOKEN}` }).end();
      else response.end(wav);
    }, certificate);
    const job = await run(`${server.url}/moved?key=${TOKEN}`);

    expect(JSON.parse(await client.transcript(job))).toMatchObject({ text: words.join(' ') });
    expect(job).toMatchObject({ input_file_id: null, input_url: `${server.url}/moved` });
    expect(server.requests.map(({ path }) => path)).toEqual([`/moved?key=${TOKEN}`, `/talk.wav?key=${TOKEN}`]);
    for (const part of ['api', 'worker'] as const) expect(await system.logs(part)).not.toContain(TOKEN);
  });

  it('fails its job with the reason where it is too large, too slow, cut off or over plain http', async () => {
    await using large = await startReceiver(
      (_request, response) => response.end(Buffer.alloc(MOST_BYTES + 1)),
      certificate,
    );
    await using unsaid = await startReceiver((_request, response) => {
      response.write(Buffer.alloc(MOST_BYTES));
      response.end('x');
    }, certificate);
    await using slow = await startReceiver((_request, response) => {
      response.write(Buffer.alloc(6 * MEBIBYTE));
    }, certificate);
    await using cut = await startReceiver((_request, response) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('some', () => response.destroy());
    }, certificate);
    const jobs = await Promise.all([large, unsaid, slow, cut].map(({ url }) => run(url)));

    expect(jobs.map(({ status }) => status)).toEqual(['failed', 'failed', 'failed', 'failed']);
    expect(jobs.map(({ errors }) => errors?.data[0]?.code)).toEqual([
      'answer_too_large',
      'answer_too_large',
      'address_too_slow',
      'address_unreachable',
    ]);
    await expect(client.create({ input_url: 'http://127.0.0.1/' })).rejects.toMatchObject({
      status: 400,
      code: 'address_refused',
      param: 'input_url',
    });
  });
});
