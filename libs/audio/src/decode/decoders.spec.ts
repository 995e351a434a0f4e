import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';
import { GatewayError } from '#platform';
import { SAMPLE_RATE_HZ } from '../pcm/pcm-format.js';
import { WAV_HEADER_BYTES, wrapWav } from '../pcm/wrap-wav.js';
import { FrameLevels } from '../silence/frame-levels.js';
import type { AudioDecoder, DecodeRequest, RecordingStream } from './audio-decoder.port.js';
import { chooseDecoder } from './choose-decoder.js';
import { FfmpegDecoder } from './ffmpeg-decoder.js';
import { NodeAvDecoder } from './node-av/node-av-decoder.js';
import { amrHum, FORMATS, hostileFiles, readRecording, titledMp3 } from './testing/hostile-files.js';
import { HEAD_BYTES, isWav } from './wav-head.js';

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
    const request = {
      source: { file },
      maxSeconds: HOUR_SECONDS,
      timeoutMs: 60_000,
      signal: new AbortController().signal,
    };
    for await (const piece of decoder?.decode({ ...request, ...options }) ?? []) levels.push(piece);
    return {
      seconds: levels.samples / SAMPLE_RATE_HZ,
      loudest: levels.finish().reduce((a, b) => Math.max(a, b), -100),
    };
  }

  /** As WAV comes from the store; the memory of each piece is given back once it is taken. */
  function streamOf(bytes: Buffer, pieceBytes = 10_000): DecodeRequest['source'] {
    const pieces = async function* (): AsyncGenerator<Buffer> {
      for (let at = 0; at < bytes.length; at += pieceBytes) {
        const piece = Buffer.allocUnsafeSlow(Math.min(pieceBytes, bytes.length - at));
        bytes.copy(piece, 0, at);
        yield await Promise.resolve(piece);
      }
    };
    return { bytes: pieces(), head: bytes.subarray(0, HEAD_BYTES), size: bytes.length };
  }

  /** A WAV file of so many seconds, of 16 kHz and a tone; what stands in its header, and what comes behind its samples. */
  function wavOf(seconds: number, { length, trailer = '' }: { length?: number; trailer?: string } = {}): Buffer {
    const samples = Buffer.alloc(seconds * SAMPLE_RATE_HZ * 2);
    for (let at = 0; at < samples.length; at += 2) samples.writeInt16LE(Math.round(9000 * Math.sin(at / 20)), at);
    const wav = wrapWav(samples);
    if (length !== undefined) wav.writeUInt32LE(length, WAV_HEADER_BYTES - 4);
    return Buffer.concat([wav, Buffer.from(trailer)]);
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

  describe.skipIf(decoder === undefined)('of a stream', () => {
    it.each([
      ['whole', wavOf(100)],
      ['of unknown length', wavOf(100, { length: 0xffff_ffff })],
      ['with more behind its samples', wavOf(100, { trailer: `LIST\0\0\u0010\0${'tag '.repeat(262_144)}` })],
      ['of another rate and shape', readRecording('wav')],
    ])('gives the samples that it gives of a file: WAV %s', async (_what, bytes) => {
      const ofFile = await decode(bytes);
      expect(ofFile.seconds).toBeGreaterThan(2);
      expect(await decode(bytes, { source: streamOf(bytes) })).toEqual(ofFile);
    });

    it('refuses WAV that is cut off, that is none, or that is too long', async () => {
      const wav = wavOf(100);
      const cut = wav.subarray(0, 2_000_000);
      expect((await refusal(cut, { source: streamOf(cut) })).message).toContain('cut off');
      const none = Buffer.concat([Buffer.from('RIFF\0\0\0\0WAVE'), Buffer.alloc(1_000_000, 7)]);
      expect(await refusal(none, { source: streamOf(none) })).toMatchObject({ reason: 'invalid_value' });
      expect((await refusal(wav, { source: streamOf(wav), maxSeconds: 36 })).message).toContain('longer than');
    });

    it.each(hostileFiles().filter(({ bytes }) => isWav(bytes)))('refuses $name', async ({ bytes }) => {
      expect(await refusal(bytes, { source: streamOf(bytes) })).toMatchObject({
        reason: 'invalid_value',
        param: 'file',
      });
    });

    it('fails as the stream does', async () => {
      const away = new GatewayError('storage_unavailable', 'away');
      const source = streamOf(wavOf(100));
      const bytes = async function* (): AsyncGenerator<Buffer> {
        let left = 3;
        for await (const piece of 'bytes' in source ? source.bytes : []) {
          if (left-- === 0) throw away;
          yield piece;
        }
      };
      await expect(decode(Buffer.alloc(0), { source: { ...source, bytes: bytes() } as RecordingStream })).rejects.toBe(
        away,
      );
    });

    it('waits for a stream as long as it may take, and does not blame the recording', async () => {
      const wav = wavOf(100);
      const source = streamOf(wav) as RecordingStream;
      const { promise: given, resolve: give } = Promise.withResolvers<void>();
      const bytes = async function* (): AsyncGenerator<Buffer> {
        await given;
        yield* source.bytes;
      };
      vi.useFakeTimers({ toFake: ['Date', 'setInterval', 'clearInterval'] });
      try {
        const timeoutMs = 10 * MINUTE_MS;
        const decoding = decode(wav, { source: { ...source, bytes: bytes() }, timeoutMs });
        await vi.waitFor(() => expect(vi.getTimerCount()).toBe(1));
        await vi.advanceTimersByTimeAsync(9 * MINUTE_MS);
        give();
        expect((await decoding).seconds).toBe(100);

        const waiting = refusal(wav, { source: { ...source, bytes: never() }, timeoutMs });
        await vi.waitFor(() => expect(vi.getTimerCount()).toBe(1));
        await vi.advanceTimersByTimeAsync(11 * MINUTE_MS);
        expect(await waiting).toMatchObject({ reason: 'storage_unavailable' });
      } finally {
        vi.useRealTimers();
      }
    });

    it('ends with its signal while the stream gives nothing', async () => {
      const controller = new AbortController();
      const left = new GatewayError('client_closed_request', 'left');
      setTimeout(() => controller.abort(left), 50);
      const source = { ...(streamOf(wavOf(1)) as RecordingStream), bytes: never() };

      await expect(decode(Buffer.alloc(0), { source, signal: controller.signal })).rejects.toBe(left);
    });
  });

  it.skipIf(decoder === undefined)('does not blame a recording for what its samples wait for', async () => {
    const file = join(folder, 'slowly-stored');
    await writeFile(file, amrHum(60));
    const signal = new AbortController().signal;
    vi.useFakeTimers({ toFake: ['Date', 'setInterval', 'clearInterval'] });
    try {
      let bytes = 0;
      for await (const piece of decoder?.decode({
        source: { file },
        maxSeconds: 60,
        timeoutMs: HOUR_SECONDS * 1000,
        signal,
      }) ?? []) {
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

async function* never(): AsyncGenerator<Buffer> {
  yield await new Promise<Buffer>(() => undefined);
}

describe('A machine', () => {
  it('that has no ffmpeg where it is said to be names what is missing', async () => {
    const request = {
      source: { file: '/dev/null' },
      maxSeconds: 1,
      timeoutMs: 1000,
      signal: new AbortController().signal,
    };
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
