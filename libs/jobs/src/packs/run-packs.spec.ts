import { describe, expect, it } from 'vitest';
import type { PackLimits } from '#inference';
import { GatewayError } from '#platform';
import type { ErrorReason } from '#contracts';
import { EndpointSlots } from '../chunks/endpoint-slots.js';
import type { RowLedger } from '../chunks/row-ledger.js';
import { workLines, type LineWork } from '../chunks/work-lines.js';
import {
  embeddingOf,
  embeddingsOf,
  failureOf,
  hang,
  newChunkLines,
  newLineWork,
  seededRandom,
  slotsAt,
  until,
  type Script,
} from '../testing/index.js';
import { PackPace } from './pack-pace.js';

const LIMITS: PackLimits = {
  inputs: 64,
  tokens: 16_384,
  targetMs: 60_000,
  payloadBytes: 6_291_456,
  replyEncoding: 'base64',
};

function createWork(lines: number, script: Script, more: Partial<LineWork> = {}) {
  const outcomes: string[] = [];
  const observer = {
    answered: (pack: { readonly lines: number }) => void outcomes.push(`answered ${pack.lines}`),
    failed: (cause: string, pack: { readonly lines: number }) => void outcomes.push(`${cause} ${pack.lines}`),
  };
  const packing = { limits: LIMITS, pace: new PackPace(), observer };
  return { ...newLineWork(lines, script, { concurrency: 1, packing, ...more }), outcomes };
}

/** A model that fails every call which holds one of these inputs. */
const failing =
  (bad: ReadonlySet<string>, reason: ErrorReason): Script =>
  (call) => {
    if (call.inputs.some((input) => bad.has(input))) throw failureOf(reason);
    return embeddingsOf(call);
  };

function pickBad(lines: number, count: number, seed: number): ReadonlySet<string> {
  const random = seededRandom(seed);
  const bad = new Set<string>();
  while (bad.size < count) bad.add(`text ${Math.floor(random() * lines)}`);
  return bad;
}

const failedInputs = (ledger: RowLedger): ReadonlySet<string> =>
  new Set([...ledger.rows.values()].filter(({ ok }) => !ok).map(({ request }) => `text ${request}`));

describe('workLines with packing', () => {
  it('puts a call together when it can be made, by what the calls before it have shown', async () => {
    const packing = { limits: { ...LIMITS, inputs: 2048 }, pace: new PackPace() };
    const { work, models } = createWork(4000, embeddingsOf, {
      concurrency: 4,
      slots: slotsAt(new EndpointSlots(1)),
      packing,
    });
    await workLines(work);
    const [first = 0, second = 0] = models.calls.map((inputs) => inputs.length);

    // 2,048 tokens, then twice as many.
    expect(second).toBeGreaterThan(1.8 * first);
  });

  it('sends each input once, many to a call, and gives each line its own embedding', async () => {
    const { work, models, ledger, retries } = createWork(200, embeddingsOf);
    expect(await workLines(work)).toEqual({ kind: 'done' });
    expect(models.calls.map((inputs) => inputs.length)).toEqual([64, 64, 64, 8]);
    expect(models.calls.flat()).toEqual(newChunkLines(200).map(({ request }) => `text ${request}`));
    expect(retries).toEqual([]);
    for (const [request, row] of ledger.rows) {
      expect(row.json.toString()).toContain(`"custom_id":"line-${request}"`);
      expect(row.json.toString()).toContain(`"index":0,"embedding":${embeddingOf(`text ${request}`)}}]`);
    }
  });

  it('records of all lines together exactly the tokens that the calls were counted', async () => {
    let counted = 0;
    const { work, ledger } = createWork(150, (call) => {
      const reply = embeddingsOf(call);
      counted += reply.usage?.totalTokens ?? 0;
      return reply;
    });
    await workLines(work);
    const recorded = [...ledger.rows.values()].reduce((sum, { usage }) => sum + usage.totalTokens, 0);
    expect(counted).toBeGreaterThan(0);
    expect(recorded).toBe(counted);
  });

  it('runs as many shared calls side by side as it may', async () => {
    const { work, models } = createWork(64 * 6, embeddingsOf, { concurrency: 3 });
    await workLines(work);
    expect(models.mostInFlight).toBe(3);
  });

  it.each([
    [1, 1],
    [1, 2],
    [2, 3],
    [5, 4],
    [11, 5],
    [64, 6],
  ])('fails exactly the %i refused of 64 lines, with few calls (seed %i)', async (count, seed) => {
    const bad = pickBad(64, count, seed);
    const { work, models, ledger } = createWork(64, failing(bad, 'upstream_rejected'));
    expect(await workLines(work)).toEqual({ kind: 'done' });
    expect(failedInputs(ledger)).toEqual(bad);
    expect(ledger.rows.size).toBe(64);
    expect(models.calls.length).toBeLessThanOrEqual(1 + 2 * count * Math.log2(64));
    expect(models.calls.length).toBeLessThan(2 * 64);
  });

  it.each(['upstream_error', 'upstream_garbage'] as const)(
    'parts a call only when %s repeats, and fails the line alone that it follows',
    async (reason) => {
      const bad = new Set(['text 21']);
      const { work, models, ledger } = createWork(64, failing(bad, reason), { concurrency: 2 });
      expect(await workLines(work)).toEqual({ kind: 'done' });
      expect(failedInputs(ledger)).toEqual(bad);
      expect(models.calls.slice(0, 3).map((inputs) => inputs.length)).toEqual([64, 64, 32]);
      // The whole once more, two halves on each of six levels, and two further tries of the line.
      expect(models.calls.length).toBeLessThanOrEqual(2 + 2 * 6 + 2);
      // One before the call is parted, one before the line is failed.
      expect(models.canaries).toBeLessThanOrEqual(2);
    },
  );

  it('sends a call that failed by chance once more, in one piece', async () => {
    const { work, models, ledger, retries, outcomes } = createWork(64, (call) => {
      if (call.attempt === 1) throw failureOf('upstream_error');
      return embeddingsOf(call);
    });
    expect(await workLines(work)).toEqual({ kind: 'done' });
    expect(models.calls.map((inputs) => inputs.length)).toEqual([64, 64]);
    expect(ledger.counts()).toEqual({ completed: 64, failed: 0 });
    expect(retries).toEqual(['upstream_error']);
    expect(outcomes).toEqual(['upstream_error 64', 'answered 64']);
  });

  it('parts a call that ran out of time at once', async () => {
    const { work, models, ledger } = createWork(64, failing(new Set(['text 5']), 'upstream_timeout'));
    expect(await workLines(work)).toEqual({ kind: 'done' });
    expect(failedInputs(ledger)).toEqual(new Set(['text 5']));
    expect(models.calls[1]).toHaveLength(32);
  });

  it('makes later calls smaller after one that ran out of time', async () => {
    const script: Script = (call) => {
      if (call.isCanary) return embeddingsOf(call);
      throw failureOf('upstream_timeout');
    };
    const pace = new PackPace();
    const packing = { limits: { ...LIMITS, targetMs: 0 }, pace };
    const before = pace.budget(LIMITS).tokens;
    const { work } = createWork(4, script, { packing, concurrency: 4 });
    expect(await workLines(work)).toEqual({ kind: 'done' });
    expect(pace.budget(LIMITS).tokens).toBeLessThan(before);
  });

  it('never deals out an answer that does not say whose embeddings it holds', async () => {
    const { work, models, ledger } = createWork(8, (call) => {
      const reply = embeddingsOf(call);
      if (call.inputs.length < 3) return reply;
      return { ...reply, body: Buffer.from(reply.body.toString().replace('"index":1', '"index":0')) };
    });
    expect(await workLines(work)).toEqual({ kind: 'done' });
    expect(ledger.counts()).toEqual({ completed: 8, failed: 0 });
    expect(models.calls.at(-1)).toHaveLength(2);
    for (const [request, row] of ledger.rows) {
      expect(row.json.toString()).toContain(embeddingOf(`text ${request}`));
    }
  });

  it('parts nothing while the endpoint is full, and sends the call again as it is', async () => {
    let refusals = 0;
    const { work, models, ledger, retries } = createWork(64, (call) => {
      if (refusals++ < 2) throw failureOf(refusals === 1 ? 'upstream_throttled' : 'upstream_unavailable');
      return embeddingsOf(call);
    });
    expect(await workLines(work)).toEqual({ kind: 'done' });
    expect(models.calls.map((inputs) => inputs.length)).toEqual([64, 64, 64]);
    expect(retries).toEqual(['upstream_throttled', 'upstream_unavailable']);
    expect(ledger.counts()).toEqual({ completed: 64, failed: 0 });
  });

  it('fails no line of an endpoint that is broken, and asks it for little', async () => {
    const { work, models, ledger } = createWork(500, () => {
      throw failureOf('upstream_error');
    });
    expect(await workLines(work)).toMatchObject({ kind: 'endpoint', error: { reason: 'upstream_error' } });
    expect(ledger.rows.size).toBe(0);
    expect([models.calls.length, models.canaries]).toEqual([2, 1]);
  });

  it('learns the size that a model server refuses, and does not run into it again', async () => {
    const { work, models, ledger } = createWork(200, (call) => {
      if (call.inputs.length > 20) throw new GatewayError('upstream_rejected', 'batch size 64 > maximum allowed 20');
      return embeddingsOf(call);
    });
    expect(await workLines(work)).toEqual({ kind: 'done' });
    expect(ledger.counts()).toEqual({ completed: 200, failed: 0 });
    const refused = models.calls.filter((inputs) => inputs.length > 20);
    expect(refused.map((inputs) => inputs.length)).toEqual([64, 32, 32]);
    expect(Math.max(...models.calls.slice(-5).map((inputs) => inputs.length))).toBe(16);
  });

  it('leaves lines alone that can share no call', async () => {
    const lines = [...newChunkLines(4), { request: 4, customId: 'odd', body: Buffer.from('{"model":"m","input":""}') }];
    const { work, models, ledger } = createWork(5, failing(new Set(['']), 'invalid_request'), { lines });
    expect(await workLines(work)).toEqual({ kind: 'done' });
    expect(models.calls.map((inputs) => inputs.length)).toEqual([4, 1]);
    expect(ledger.counts()).toEqual({ completed: 4, failed: 1 });
  });

  it('begins no further call once it is stopped, and keeps what was in flight', async () => {
    const ends: (() => void)[] = [];
    const script: Script = async (call) => {
      await new Promise<void>((resolve) => ends.push(resolve));
      return embeddingsOf(call);
    };
    const { work, ledger, models, stop } = createWork(200, script, { concurrency: 2 });
    const result = workLines(work);
    await until(() => ends.length === 2);
    stop.abort();
    for (const end of ends) end();
    expect(await result).toEqual({ kind: 'stopped' });
    expect([models.calls.length, ledger.rows.size]).toEqual([2, 128]);
  });

  it('says nothing about the lines of a call that it was told to abort', async () => {
    const { work, ledger, models, outcomes, stop, abort } = createWork(64, async ({ signal }) => await hang(signal));
    const result = workLines(work);
    await until(() => models.calls.length === 1);
    stop.abort();
    abort.abort();
    expect(await result).toEqual({ kind: 'stopped' });
    expect([ledger.rows.size, outcomes.length]).toEqual([0, 0]);
  });
});
