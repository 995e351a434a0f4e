import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { GatewayError } from '#platform';
import { SAMPLE_RATE_HZ } from '../pcm/pcm-format.js';
import { FrameLevels } from '../silence/frame-levels.js';
import type { AudioDecoder, DecodeRequest } from './audio-decoder.port.js';
import { chooseDecoder } from './choose-decoder.js';
import { FfmpegDecoder } from './ffmpeg-decoder.js';
import { NodeAvDecoder } from './node-av/node-av-decoder.js';
import { amrHum, FORMATS, hostileFiles, readRecording, titledMp3 } from './testing/hostile-files.js';

const HOUR_SECONDS = 3600;
const MINUTE_MS = 60_000;
const ofThisMachine = await chooseDecoder(process.env['PATH'] ?? '');

describe.each<[string, AudioDecoder | undefined]>([
  ['ffmpeg', ofThisMachine instanceof FfmpegDecoder ? ofThisMachine : undefined],
  ['node-av', new NodeAvDecoder()],
])('The decoder %s', (_name, decoder) => {
  let folder = '';

  beforeAll(async () => {
    folder = await mkdtemp(join(tmpdir(), 'sluice-decode-'));
  });

  afterAll(async () => {
    await rm(folder, { recursive: true });
  });

  async function decode(
    bytes: Buffer,
    options: Partial<DecodeRequest> = {},
  ): Promise<{ seconds: number; loudest: number }> {
    const file = join(folder, 'recording');
    await writeFile(file, bytes);
    const levels = new FrameLevels();
    const request = { file, maxSeconds: HOUR_SECONDS, timeoutMs: 60_000, signal: new AbortController().signal };
    for await (const piece of decoder?.decode({ ...request, ...options }) ?? []) levels.push(piece);
    return {
      seconds: levels.samples / SAMPLE_RATE_HZ,
      loudest: levels.finish().reduce((a, b) => Math.max(a, b), -100),
    };
  }

  async function refusal(bytes: Buffer, options?: Partial<DecodeRequest>): Promise<GatewayError> {
    const error: unknown = await decode(bytes, options).catch((thrown: unknown) => thrown);
    if (!GatewayError.is(error)) throw new Error(`not refused: ${JSON.stringify(error)}`);
    return error;
  }

  it.skipIf(decoder === undefined).each(FORMATS)('decodes %s', async (format) => {
    const { seconds, loudest } = await decode(readRecording(format));

    expect(seconds).toBeGreaterThan(2.3);
    expect(seconds).toBeLessThan(2.5);
    expect(loudest).toBeGreaterThan(-15);
  });

  it.skipIf(decoder === undefined)('decodes amr', async () => {
    expect((await decode(amrHum(3))).seconds).toBeCloseTo(3, 1);
  });

  it
    .skipIf(decoder === undefined)
    .each(['Truncated thoughts, no audio', 'a partial file\n[error] moov atom not found'])(
    'takes no tag for a fault: %j',
    async (title) => {
      expect((await decode(titledMp3(title))).seconds).toBeGreaterThan(2.3);
    },
  );

  it.skipIf(decoder === undefined)('does not blame a recording for what its samples wait for', async () => {
    const file = join(folder, 'slowly-stored');
    await writeFile(file, amrHum(60));
    const signal = new AbortController().signal;
    vi.useFakeTimers({ toFake: ['Date', 'setInterval', 'clearInterval'] });
    try {
      let bytes = 0;
      for await (const piece of decoder?.decode({ file, maxSeconds: 60, timeoutMs: HOUR_SECONDS * 1000, signal }) ??
        []) {
        if (bytes === 0) await vi.advanceTimersByTimeAsync(2 * MINUTE_MS);
        bytes += piece.length;
      }
      expect(bytes).toBeGreaterThan(50 * SAMPLE_RATE_HZ * 2);
    } finally {
      vi.useRealTimers();
    }
  });

  it.skipIf(decoder === undefined).each(hostileFiles())('refuses $name', async ({ bytes }) => {
    expect(await refusal(bytes)).toMatchObject({ reason: 'invalid_value', status: 400, param: 'file' });
  });

  it.skipIf(decoder === undefined).each(hostileFiles().filter(({ name }) => name.endsWith('that is cut off')))(
    'says that $name is no whole recording',
    async ({ bytes }) => {
      expect((await refusal(bytes)).message).toMatch(/cut off|damaged/);
    },
  );

  it.skipIf(decoder === undefined)('refuses hours that a few bytes unfold to, and stops there', async () => {
    const bomb = amrHum(HOUR_SECONDS);

    expect((await refusal(bomb, { maxSeconds: 360 })).message).toContain('longer than 0.1 hours');
  });

  it.skipIf(decoder === undefined)('gives up in time', async () => {
    expect(
      (await refusal(amrHum(4 * HOUR_SECONDS), { maxSeconds: 100 * HOUR_SECONDS, timeoutMs: 1 })).message,
    ).toContain('could not be decoded in time');
  });

  it.skipIf(decoder === undefined)('ends with its signal', async () => {
    const controller = new AbortController();
    const left = new GatewayError('client_closed_request', 'left');
    setTimeout(() => controller.abort(left), 50);

    await expect(
      decode(amrHum(4 * HOUR_SECONDS), { maxSeconds: 100 * HOUR_SECONDS, signal: controller.signal }),
    ).rejects.toBe(left);
    await expect(decode(readRecording('wav'), { signal: AbortSignal.abort(left) })).rejects.toBe(left);
  });
});

describe('A machine', () => {
  it('that has no ffmpeg where it is said to be names what is missing', async () => {
    const request = { file: '/dev/null', maxSeconds: 1, timeoutMs: 1000, signal: new AbortController().signal };
    const pieces = new FfmpegDecoder('/no/such/ffmpeg').decode(request);

    await expect(Array.fromAsync(pieces)).rejects.toMatchObject({
      reason: 'internal_error',
      message: expect.stringContaining('install ffmpeg') as string,
    });
  });

  it('without ffmpeg on its path uses the npm package', async () => {
    expect(await chooseDecoder('/nowhere')).toBeInstanceOf(NodeAvDecoder);
  });
});
