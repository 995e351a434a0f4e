import { describe, expect, it } from 'vitest';
import { ERROR_CODES, type ErrorReason } from '#contracts';
import { GatewayError } from '#platform';
import {
  answerOf,
  failureOf,
  hang,
  newChunkContext,
  newChunkLines,
  newPlace,
  parseRows,
  ScriptedModels,
  type Script,
} from '../testing/index.js';
import { callLine } from './call-line.js';

const NEVER = new AbortController().signal;
const context = newChunkContext(1);

async function callWith(script: Script, signal = NEVER, body?: Buffer) {
  const models = new ScriptedModels();
  models.script = script;
  const [line] = newChunkLines(1);
  if (line === undefined) throw new Error('no line');
  return await callLine(models, context, body === undefined ? line : { ...line, body }, { place: newPlace(), signal });
}

/** Failures of the endpoint, and of ours, that say nothing about the line. */
const ENDPOINT = [
  'rate_limit_exceeded',
  'upstream_throttled',
  'upstream_unavailable',
  'upstream_misconfigured',
  'storage_unavailable',
  'bulk_unavailable',
  'queue_unavailable',
  'shutting_down',
  'request_in_progress',
  'model_not_found',
];
/** Failures that may follow the content. */
const SUSPECT = ['upstream_error', 'upstream_garbage', 'upstream_timeout', 'internal_error'];

describe('callLine', () => {
  it("makes a row of the model's answer, with its usage", async () => {
    const outcome = await callWith(answerOf);
    if (outcome.kind !== 'finished') throw new Error(outcome.kind);
    expect(outcome.row).toMatchObject({ request: 0, ok: true, usage: { promptTokens: 6, completionTokens: 1 } });
    expect(parseRows(Buffer.concat([outcome.row.json, Buffer.from('\n')]))).toMatchObject([
      { custom_id: 'line-0', response: { status_code: 200, body: { echo: 'text 0' } }, error: null },
    ]);
  });

  it.each(Object.keys(ERROR_CODES) as ErrorReason[])('judges %s', async (reason) => {
    const { kind } = await callWith(() => {
      throw failureOf(reason);
    });
    expect(kind).toBe(ENDPOINT.includes(reason) ? 'endpoint' : SUSPECT.includes(reason) ? 'suspect' : 'finished');
  });

  it("keeps the model server's own refusal as the line's response", async () => {
    const outcome = await callWith(() => {
      throw new GatewayError('upstream_rejected', 'Too long.', { status: 413, code: 'too_long', param: 'input' });
    });
    if (outcome.kind !== 'finished') throw new Error(outcome.kind);
    expect(outcome.row.ok).toBe(false);
    expect(JSON.parse(outcome.row.json.toString())).toMatchObject({
      response: { status_code: 413, body: { error: { message: 'Too long.', code: 'too_long', param: 'input' } } },
      error: null,
    });
  });

  it('takes an error of unknown kind for one that may follow the content, and hides what it says', async () => {
    const outcome = await callWith(() => {
      throw new TypeError("Cannot read '/srv/secret'");
    });
    if (outcome.kind !== 'suspect') throw new Error(outcome.kind);
    expect(outcome.error.message).not.toContain('secret');
  });

  it('says nothing about a line whose call was aborted', async () => {
    const controller = new AbortController();
    const outcome = callWith(async ({ signal }) => await hang(signal), controller.signal);
    controller.abort();
    expect(await outcome).toEqual({ kind: 'aborted' });
  });

  it('keeps an answer that came although the call was aborted meanwhile', async () => {
    const controller = new AbortController();
    const outcome = await callWith((call) => {
      controller.abort();
      return answerOf(call);
    }, controller.signal);
    expect(outcome.kind).toBe('finished');
  });
});
