import { describe, expect, it } from 'vitest';
import { WAV_HEADER_BYTES } from '#audio';
import type { Inference } from '#inference';
import { BufferPool, scanJsonObject } from '#platform';
import { MemoryObjectStore } from '../../../storage/src/testing/index.js';
import { hearPiece } from './hear-piece.js';
import type { PieceOrder } from './piece-lines.js';

type TranscriptionCall = Parameters<Inference['pieces']['transcribe']>[0];
type TranscriptionRequest = Parameters<Inference['pieces']['transcribe']>[1];

const KEY = 't/acme/jobs/job_1/recording';
const SECOND_BYTES = 32_000;
const SECOND = 16_000;

async function openHearing() {
  const store = new MemoryObjectStore();
  const { etag } = await store.put(KEY, Buffer.alloc(3 * SECOND_BYTES, 7));
  const sent: Buffer[] = [];
  const places: unknown[] = [];
  const pieces = {
    transcribe: async ({ endpoint }: TranscriptionCall, { audio }: TranscriptionRequest) => {
      places.push(endpoint);
      sent.push(Buffer.from(audio.bytes.subarray(WAV_HEADER_BYTES)));
      return await Promise.resolve({ text: 'heard' });
    },
  };
  const hearing = { store, memory: new BufferPool(1_048_576), inference: { pieces } };
  const hear = async (order: Partial<Pick<PieceOrder, 'start' | 'end'>>): Promise<unknown> => {
    const piece = order.end === undefined ? {} : { recording: { key: KEY, etag }, ...order };
    const body = scanJsonObject(Buffer.from(JSON.stringify(piece)));
    const { signal } = new AbortController();
    const call = { model: 'model/dev', body, requestId: 'req_1', signal, endpoint: 'gpu' };
    return JSON.parse((await hearPiece('/v1/audio/transcriptions', call, hearing)).body.toString());
  };
  return { hear, sent, places };
}

describe('hearPiece', () => {
  it('sends the samples of its piece, to the endpoint that the call has a slot of', async () => {
    const { hear, sent, places } = await openHearing();

    expect(await hear({ start: SECOND, end: 2 * SECOND })).toEqual({ text: 'heard', durationSeconds: 1 });
    expect(sent).toEqual([Buffer.alloc(SECOND_BYTES, 7)]);
    expect(places).toEqual(['gpu']);
  });

  it('probes with silence, whatever stood in its memory before', async () => {
    const { hear, sent } = await openHearing();
    await hear({ start: 0, end: SECOND });
    await hear({});

    expect(sent[1]).toEqual(Buffer.alloc(SECOND_BYTES));
  });

  it('sends nothing where a recording is shorter than its plan, so that no other piece is heard in its place', async () => {
    const { hear, sent } = await openHearing();

    await expect(hear({ start: 2 * SECOND, end: 4 * SECOND })).rejects.toMatchObject({ reason: 'internal_error' });
    expect(sent).toEqual([]);
  });
});
