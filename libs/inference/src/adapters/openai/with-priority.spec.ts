import { describe, expect, it } from 'vitest';
import { scanJsonObject } from '#platform';
import type { InferenceCall } from '../../inference.types.js';
import { withPriority } from './with-priority.js';

const SHARING = { budget: 8, floor: 0, denseArrivals: 5, headroomPercent: 25, onYield: 'drain' } as const;
const ENTRY = { sharing: { ...SHARING, priority: 100 } };

function call(json: string, more: Partial<InferenceCall> = { retries: 'none' }): InferenceCall {
  const { signal } = new AbortController();
  return { model: 'm', body: scanJsonObject(Buffer.from(json)), requestId: 'r', signal, ...more };
}

function bytesOf({ body }: InferenceCall): string {
  return body.bytes.toString('utf8');
}

describe('withPriority', () => {
  it('puts the priority behind what the line says, each byte of which stays', () => {
    const json = '{ "seed": 9007199254740993, "temperature":1.0,\t"messages":[{"role":"user","content":"\\u00e4"}] }';
    const expected = json.replace(/ }$/, ' ,"priority":100}');
    expect(bytesOf(withPriority(call(json), ENTRY))).toBe(expected);
  });

  it.each(['0', '-5', 'null', '"urgent"'])('leaves a line alone whose author wrote a priority of %s', (priority) => {
    const given = call(`{"priority":${priority},"messages":[]}`);
    expect(withPriority(given, ENTRY)).toBe(given);
  });

  it('leaves realtime alone', () => {
    const given = call('{"messages":[]}', {});
    expect(withPriority(given, ENTRY)).toBe(given);
  });

  it('leaves calls to servers alone that take no priority', () => {
    const given = call('{"messages":[]}');
    expect(withPriority(given, { sharing: SHARING })).toBe(given);
  });
});
