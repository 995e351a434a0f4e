import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { fuzzSystem } from '../fuzz/fuzz-system.js';
import { judgeAnswer, type FuzzAnswer } from '../fuzz/judge-answer.js';
import { startSystem, type System } from '../setup/processes.js';
import { askEverything } from './support/clients.js';

const REQUESTS = 2000;
const error = (body: object): FuzzAnswer => ({
  status: 400,
  contentType: 'application/json',
  requestId: 'req_1',
  text: JSON.stringify(body),
});

describe('Requests that may be anything', () => {
  let system: System;

  beforeAll(async () => {
    system = await startSystem();
  });

  afterAll(async () => {
    await system?.stop();
  });

  it('get an answer or a clear error, never a failure of ours', async () => {
    const { sent, byStatus, findings } = await fuzzSystem(system, { count: REQUESTS, seed: 7, boundMs: 90_000 });

    expect(findings).toEqual([]);
    expect(sent).toBe(REQUESTS);
    // A fuzzer whose requests are all refused, or all fine, tests nothing.
    expect(byStatus[200]).toBeGreaterThan(REQUESTS / 50);
    expect(byStatus[400]).toBeGreaterThan(REQUESTS / 10);
    await expect(askEverything(system)).resolves.toBeUndefined();
  });

  it.each<[string, FuzzAnswer]>([
    ['a 500', { ...error({ error: { message: 'x', type: 'x', param: null, code: null } }), status: 500 }],
    ['an error that is a string', error({ error: 'x' })],
    ['an error with a number as its code', error({ error: { message: 'x', type: 'x', param: null, code: 400 } })],
    ['a 200 that holds an error', { ...error({ error: 'x' }), status: 200 }],
    [
      'a stream that just ends',
      { status: 200, contentType: 'text/event-stream', requestId: 'req_1', text: 'data: {"choices":[]}\n\n' },
    ],
  ])('would be told on: %s', (_, answer) => {
    expect(judgeAnswer(answer)).toBeTypeOf('string');
  });
});
