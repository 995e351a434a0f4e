import { PassThrough, Readable } from 'node:stream';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, it } from 'vitest';
import { AudioDecoder, type DecodeRequest } from '#audio';
import type { TranscriptionOrder } from '#contracts';
import { GatewayError } from '#platform';
import { MemoryObjectStore } from '../../../storage/src/testing/index.js';
import { newJobRecord, ScriptedModels } from '../testing/index.js';
import { planRecording, type PlannedRecording } from './plan-recording.js';

const ORDER: TranscriptionOrder = {
  model: 'model/dev',
  format: 'json',
  granularities: [],
  language: null,
  prompt: null,
  temperature: null,
};

/** Never comes to an end in its time, and says so as decoders do. */
class SlowDecoder extends AudioDecoder {
  async *decode({ timeoutMs, signal }: DecodeRequest): AsyncGenerator<Buffer> {
    await delay(timeoutMs + 50, undefined, { signal });
    yield Buffer.alloc(0);
    throw new GatewayError('invalid_value', "Invalid 'file': decoding it takes too long.", { param: 'file' });
  }
}

async function plan(body: Readable, decodeTimeoutMs: number): Promise<PlannedRecording> {
  return await planRecording(
    newJobRecord(),
    ORDER,
    { body, size: 1, etag: 'etag' },
    {
      store: new MemoryObjectStore(),
      models: new ScriptedModels(),
      decoder: new SlowDecoder(),
      maxAudioSeconds: 60,
      decodeTimeoutMs,
      signal: new AbortController().signal,
    },
  );
}

describe('planRecording', () => {
  it('refuses a recording that takes its decoder too long', async () => {
    // Long enough for the one byte to come from the store on the slowest of machines.
    expect(await plan(Readable.from([Buffer.from('x')]), 2_000)).toMatchObject({
      ok: false,
      errors: [{ code: 'invalid_value' }],
    });
  });

  it('blames the store where the recording does not come', async () => {
    await expect(plan(new PassThrough(), 100)).rejects.toMatchObject({ reason: 'storage_unavailable' });
  });
});
