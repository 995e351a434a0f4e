import { hash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { amrHum, hostileFiles, type HostileFile } from '../../libs/audio/src/decode/testing/hostile-files.js';
import { startSystem, type System } from '../setup/processes.js';
import { send, type RawAnswer } from './support/clients.js';
import { FORM_MODEL, record, RecordingClient } from './support/recordings.js';

const MAX_CLIP_BYTES = 2048;
const AT_ONCE = 8;
const HOUR_SECONDS = 3600;
const FILES: readonly HostileFile[] = [...hostileFiles(), { name: 'an hour in little', bytes: amrHum(HOUR_SECONDS) }];

async function each<T>(work: (file: HostileFile) => Promise<T>): Promise<Map<string, T>> {
  const results = new Map<string, T>();
  const left = [...FILES];
  const take = async (): Promise<void> => {
    for (let file = left.shift(); file !== undefined; file = left.shift()) results.set(file.name, await work(file));
  };
  await Promise.all(Array.from({ length: AT_ONCE }, take));
  return results;
}

describe('Files that are no recordings', () => {
  let folder = '';
  let system: System;
  let client: RecordingClient;

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sluice-hostile-'));
    system = await startSystem({
      environment: {
        TMPDIR: folder,
        // Whatever is larger goes to a job also where somebody waits for it.
        SLUICE_MAX_AUDIO_BYTES: String(MAX_CLIP_BYTES),
        SLUICE_MAX_AUDIO_SECONDS: '600',
      },
    });
    client = new RecordingClient(system);
  });

  afterAll(async () => {
    await system?.stop();
    await rm(folder, { recursive: true, force: true });
  });

  async function expectNothingLeft(): Promise<void> {
    expect((await readdir(folder)).filter((name) => name.startsWith('sluice-recording'))).toEqual([]);
    if (!existsSync('/proc/self/cmdline')) return;
    const commands = (await readdir('/proc'))
      .filter((name) => /^\d+$/.test(name))
      .map(async (pid) => readFile(`/proc/${pid}/cmdline`, 'utf8').catch(() => ''));
    expect((await Promise.all(commands)).filter((command) => command.includes(`${folder}/sluice-recording`))).toEqual(
      [],
    );
  }

  async function expectAlive(): Promise<void> {
    const { wav, words } = record({ seed: 3, seconds: 5, pauseSeconds: [0, 0.3] });
    const job = await client.ended((await client.create({ input_file_id: await client.upload(wav) })).id);
    expect(JSON.parse(await client.transcript(job))).toMatchObject({ text: words.join(' ') });
  }

  it('are sixty, no two of them the same', () => {
    expect(new Set(FILES.map(({ name }) => name)).size).toBe(FILES.length);
    expect(new Set(FILES.map(({ bytes }) => hash('sha256', bytes))).size).toBeGreaterThanOrEqual(60);
  });

  it('each fail their job with what is wrong with them', async () => {
    const jobs = await each(async ({ bytes }) => {
      if (bytes.length === 0) return undefined;
      return await client.ended((await client.create({ input_file_id: await client.upload(bytes, 'talk.mp3') })).id);
    });

    for (const [name, job] of jobs) {
      if (job === undefined) continue;
      expect(job.status, name).toBe('failed');
      expect(job.output_file_id, name).toBeNull();
      expect(job.errors?.data, name).toEqual([
        {
          code: 'invalid_value',
          message: expect.stringMatching(/^Invalid 'file': .{10,150}\.$/) as string,
          param: 'input_file_id',
          line: null,
        },
      ]);
    }
    await expectNothingLeft();
    await expectAlive();
  }, 240_000);

  it('are each refused where somebody waits for them', async () => {
    const answers = await each(async ({ bytes }): Promise<RawAnswer> => {
      const body = new FormData();
      body.append('model', FORM_MODEL);
      body.append('file', new File([new Uint8Array(bytes)], 'talk.mp3'));
      return await send(system, '/v1/audio/transcriptions', { method: 'POST', body });
    });

    for (const [name, { status, body }] of answers) {
      expect(status, name).toBe(400);
      expect(body.error, name).toMatchObject({ type: 'invalid_request_error', message: expect.any(String) as string });
    }
    await expectNothingLeft();
    await expectAlive();
  }, 240_000);
});
