const QUOTE = 0x22;
const BACKSLASH = 0x5c;
const FLOAT_BYTES = 4;

/**
 * The numbers of an embedding, 32 bits each, little-endian.
 *
 * @param json As a model server spelled it: floats, or base64 of them.
 * @returns `undefined` where it is none.
 */
export function readVector(json: Buffer): Buffer | undefined {
  try {
    return json[0] === QUOTE ? fromBase64(json) : fromFloats(json);
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function fromBase64(json: Buffer): Buffer | undefined {
  const text = json.includes(BACKSLASH)
    ? (JSON.parse(json.toString('utf8')) as string)
    : json.toString('latin1', 1, json.length - 1);
  const bytes = Buffer.from(text, 'base64');
  const digits = text.endsWith('=') ? text.indexOf('=') : text.length;
  // What is no base64 is left out by the decoder.
  const isWhole = bytes.length === Math.floor((digits * 3) / 4) && bytes.length % FLOAT_BYTES === 0;
  return isWhole && bytes.length > 0 ? bytes : undefined;
}

function fromFloats(json: Buffer): Buffer | undefined {
  const numbers: unknown = JSON.parse(json.toString('utf8'));
  if (!Array.isArray(numbers) || numbers.length === 0) return undefined;
  const bytes = Buffer.alloc(numbers.length * FLOAT_BYTES);
  for (const [index, number] of numbers.entries()) {
    if (typeof number !== 'number') return undefined;
    bytes.writeFloatLE(number, index * FLOAT_BYTES);
  }
  return bytes;
}
