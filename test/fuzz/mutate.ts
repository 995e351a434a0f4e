import type { Random } from './random.js';

/** Bytes are handled as Latin-1 text, one character a byte, so that what comes out need not be UTF-8. */
type Mutation = (text: string, random: Random, other: string) => string;

const TOKENS = /"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null|[{}[\]:,]/gs;
const VALUES = [
  'null',
  'true',
  'false',
  '""',
  '[]',
  '{}',
  '[null]',
  '[[]]',
  '{"":{}}',
  '"\\u0000"',
  '"\\ud800"',
  '"\\udc00\\ud800"',
  '"\ud83d\ude00"',
  '-1',
  '0',
  '-0',
  '1.5',
  '1e400',
  '-1e400',
  '1e-400',
  '9007199254740993',
  '123456789012345678901234567890',
  '0.1e1',
  '01',
  '+1',
  '.5',
  'NaN',
  'Infinity',
  'undefined',
  '"constructor"',
  '"__proto__"',
  '{"__proto__":{"stream":true}}',
  '"../../etc/passwd"',
  '"Qwen2.5-7B-Instruct/dev"',
  '"bge-m3"',
  '"/"',
  '"a/b/c"',
].map(toLatin);
const JSON_VALUES = VALUES.filter(isJson);
const KEYS = ['model', 'messages', 'input', 'stream', 'n', 'documents', 'query', 'constructor', '__proto__', ''];
const BYTES = [
  '\x00',
  '\xff',
  '\xc3',
  '\xed\xa0\x80',
  '\xf4\x90\x80\x80',
  '\xef\xbb\xbf',
  '\xe2\x80\xa8',
  '\\',
  '"',
  '\n',
];
const MAX_DEPTH = 20_000;
const MAX_REPEATS = 3_000;

const mutations: readonly Mutation[] = [
  flipBits,
  (text, random) => text.slice(0, random.below(text.length + 1)),
  (text, random) => text.slice(random.below(text.length + 1)),
  (text, random) => replaceToken(text, random, () => random.pick(VALUES)),
  (text, random) => replaceToken(text, random, () => random.pick(VALUES)),
  (text, random, other) => replaceToken(text, random, () => random.pick(other.match(TOKENS) ?? ['null'])),
  swapTokens,
  (text, random) => replaceToken(text, random, (token) => nest(token, random)),
  (text, random) => replaceToken(text, random, (token) => repeat(token, random)),
  (text, random) => text.replace('{', `{"${random.pick(KEYS)}":${random.pick(VALUES)},`),
  (text, random) => text.replace('{', `{${escapeKey(random.pick(KEYS.slice(0, 4)))}:${random.pick(VALUES)},`),
  (text, random) => insert(text, random, random.pick(BYTES)),
  (text, random) => insert(text, random, random.pick(VALUES)),
  (text, random, other) => text.slice(0, random.below(text.length)) + other.slice(random.below(other.length)),
  (text, random) => text + random.pick([text, ',', '}', ' \n\t', '\x00', '{}']),
  removeRange,
];

/** These leave a body JSON, most of them a body that passes the first checks: what breaks further in is found by them. */
const gentleMutations: readonly Mutation[] = [
  (text, random) => replaceValue(text, random, () => random.pick(JSON_VALUES)),
  (text, random, other) => replaceValue(text, random, () => random.pick(valuesOf(other))[0]),
  (text, random) =>
    replaceValue(
      text,
      random,
      (token) =>
        `[${Array(1 + random.below(50))
          .fill(token)
          .join(',')}]`,
    ),
  (text, random) => text.replace('{', `{"x_${random.below(1000)}":${random.pick(JSON_VALUES)},`),
  (text, random) => text.replaceAll(',', `,${' \n\t\r'.charAt(random.below(4)).repeat(random.below(300))}`),
  escapeLetters,
];

/** One or a few mutations of a body. @param other another body to take pieces of */
export function mutate(body: string, random: Random, other: string): Buffer {
  let text = toLatin(body);
  if (random.isOneIn(2)) return Buffer.from(random.pick(gentleMutations)(text, random, toLatin(other)), 'latin1');
  const times = 1 + random.below(4);
  for (let time = 0; time < times; time++) text = random.pick(mutations)(text, random, toLatin(other));
  return Buffer.from(text, 'latin1');
}

function flipBits(text: string, random: Random): string {
  const bytes = Buffer.from(text, 'latin1');
  for (let flips = 1 + random.below(8); flips > 0 && bytes.length > 0; flips--) {
    const at = random.below(bytes.length);
    bytes[at] = (bytes[at] ?? 0) ^ (1 << random.below(8));
  }
  return bytes.toString('latin1');
}

function replaceToken(text: string, random: Random, replace: (token: string) => string): string {
  const tokens = [...text.matchAll(TOKENS)];
  if (tokens.length === 0) return text;
  const { 0: token, index } = random.pick(tokens);
  return text.slice(0, index) + replace(token) + text.slice(index + token.length);
}

function valuesOf(text: string): RegExpExecArray[] {
  return [...text.matchAll(TOKENS)].filter(
    ({ 0: token, index }) => !/^[{}[\]:,]$/.test(token) && !/^\s*:/.test(text.slice(index + token.length)),
  );
}

function replaceValue(text: string, random: Random, replace: (token: string) => string): string {
  const { 0: token, index } = random.pick(valuesOf(text));
  return text.slice(0, index) + replace(token) + text.slice(index + token.length);
}

/** Other spellings of the same text. */
function escapeLetters(text: string, random: Random): string {
  return text.replaceAll(/[a-zA-Z](?=[a-zA-Z./-]*")/g, (letter) =>
    random.isOneIn(8) ? `\\u00${letter.charCodeAt(0).toString(16)}` : letter,
  );
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

function swapTokens(text: string, random: Random): string {
  const tokens = [...text.matchAll(TOKENS)];
  if (tokens.length < 2) return text;
  const [first, second] = [random.pick(tokens), random.pick(tokens)].toSorted((a, b) => a.index - b.index);
  if (first === undefined || second === undefined || first.index === second.index) return text;
  const between = text.slice(first.index + first[0].length, second.index);
  return text.slice(0, first.index) + second[0] + between + first[0] + text.slice(second.index + second[0].length);
}

function nest(token: string, random: Random): string {
  const depth = 1 + random.below(random.isOneIn(10) ? MAX_DEPTH : 100);
  const [open, close] = random.pick([
    ['[', ']'],
    ['{"a":', '}'],
  ] as const);
  return open.repeat(depth) + token + close.repeat(random.isOneIn(10) ? depth - 1 : depth);
}

function repeat(token: string, random: Random): string {
  const times = 1 + random.below(random.isOneIn(10) ? MAX_REPEATS : 20);
  return random.isOneIn(2) ? `[${Array(times).fill(token).join(',')}]` : token.repeat(times);
}

function escapeKey(key: string): string {
  return `"\\u${key.charCodeAt(0).toString(16).padStart(4, '0')}${key.slice(1)}"`;
}

function insert(text: string, random: Random, piece: string): string {
  const at = random.below(text.length + 1);
  return text.slice(0, at) + piece + text.slice(at);
}

function removeRange(text: string, random: Random): string {
  const from = random.below(text.length + 1);
  return text.slice(0, from) + text.slice(from + random.below(30));
}

function toLatin(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}
