import { describe, expect, it } from 'vitest';
import { GatewayError } from '../errors/gateway-error.js';
import type { JsonBody } from './json-body.js';
import { scanJsonObject } from './scan-json.js';

/** The same numbers in every run, so that a failure can be looked at again. */
function createRandom(seed: number): (below: number) => number {
  let state = seed;
  return (below) => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
}

type Random = (below: number) => number;

const STRINGS = [
  '""',
  '"a"',
  '"\\u0041"',
  '"\\""',
  '"é\u{1F30A}"',
  '"\\ud83c\\udf0a"',
  '"\\\\"',
  '"model"',
  '"\u2028"',
  '"a b"',
  '"of a length"',
  '"longer, with an \\n escape"',
  '"longer, with é and more"',
];
/** Not the lone backslash as a key: V8 14.6 takes a later key of one escaped quote for it (seen with Node 26.10). */
const KEYS = STRINGS.filter((text) => text !== '"\\\\"');
const NUMBERS = ['0', '-1', '12.5', '1e3', '9007199254740993', '-0.0E-2', '123456789012345678901234567890'];
const WORDS = ['true', 'false', 'null'];
const SPACES = ['', '', '', ' ', '\n', '\r\n\t'];
/** What a mutation puts into a text; most of it breaks one. */
const NOISE = ['{}[]",:\\0123456789.eE+-tfnu \n\t\0abx\u00e9'.split(''), '\\u00', '\\u', '//'].flat();

function pick<T>(random: Random, from: readonly T[]): T {
  const item = from[random(from.length)];
  if (item === undefined) throw new Error('nothing to pick from');
  return item;
}

function randomValue(random: Random, depth: number): string {
  const kind = random(depth > 4 ? 3 : 5);
  if (kind === 0) return pick(random, STRINGS);
  if (kind === 1) return pick(random, NUMBERS);
  if (kind === 2) return pick(random, WORDS);
  const space = pick(random, SPACES);
  if (kind === 3) {
    return `[${space}${Array.from({ length: random(4) }, () => randomValue(random, depth + 1)).join(`${space},${space}`)}${space}]`;
  }
  return randomObject(random, depth + 1);
}

function randomObject(random: Random, depth: number): string {
  const space = pick(random, SPACES);
  const members = Array.from({ length: random(4) }, (_, index) => {
    const key = depth === 0 ? `"k${index}"` : pick(random, KEYS);
    return `${key}${space}:${space}${randomValue(random, depth)}`;
  });
  return `${space}{${space}${members.join(`,${space}`)}${space}}${space}`;
}

function mutate(random: Random, text: string): string {
  let mutated = text;
  for (let count = 1 + random(2); count > 0; count--) {
    const at = random(mutated.length + 1);
    const removed = random(3);
    mutated = mutated.slice(0, at) + (random(4) === 0 ? '' : pick(random, NOISE)) + mutated.slice(at + removed);
  }
  return mutated;
}

type Verdict = { readonly value: Record<string, unknown> } | undefined;

function parse(text: string): Verdict {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null && !Array.isArray(value)
      ? { value: value as Record<string, unknown> }
      : undefined;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    return undefined;
  }
}

function scan(text: string): JsonBody | 'refused' | 'duplicate' {
  try {
    return scanJsonObject(Buffer.from(text));
  } catch (error) {
    if (GatewayError.is(error, 'duplicate_key')) return 'duplicate';
    if (!GatewayError.is(error)) throw error;
    return 'refused';
  }
}

/** What the scan and `JSON.parse` disagree about; undefined when they agree. */
function disagreement(written: string): string | undefined {
  // A mutation may have cut a surrogate pair in half, which UTF-8 cannot say.
  const text = written.toWellFormed();
  const scanned = scan(text);
  const parsed = parse(text);
  if (scanned === 'duplicate') return undefined;
  if (scanned === 'refused') return parsed === undefined ? undefined : `refused: ${text}`;
  if (parsed === undefined) return `accepted: ${text}`;
  const members = Object.fromEntries([...scanned.members.keys()].map((key) => [key, scanned.value(key)]));
  const same = JSON.stringify(members) === JSON.stringify({ ...parsed.value });
  return same ? undefined : `read differently: ${text}`;
}

describe('scanJsonObject and JSON.parse', () => {
  it('agree about 5,000 random objects', () => {
    const random = createRandom(7);
    for (let round = 0; round < 5000; round++) {
      const text = randomObject(random, 0);
      expect(parse(text)).toBeDefined();
      expect(disagreement(text)).toBeUndefined();
    }
  });

  it('agree about 20,000 objects that were damaged at random places', () => {
    const random = createRandom(11);
    let accepted = 0;
    for (let round = 0; round < 20_000; round++) {
      const text = mutate(random, randomObject(random, 0));
      expect(disagreement(text)).toBeUndefined();
      if (parse(text) !== undefined) accepted++;
    }
    expect(accepted).toBeGreaterThan(1000);
    expect(accepted).toBeLessThan(19_000);
  });

  it('agree about every prefix of an object', () => {
    const text = String.raw` {"a":[1.5e-3,true,{"b":"\u00e9\"x"}],"c":null,"d":"ü"} `;
    for (let end = 0; end <= text.length; end++) expect(disagreement(text.slice(0, end))).toBeUndefined();
  });
});
