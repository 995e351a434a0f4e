/**
 * A text whose characters are the bytes of the key's UTF-8. JavaScript compares strings by UTF-16 units, S3 by UTF-8
 * bytes; in this form the native comparison is the right one.
 */
export function toByteOrder(text: string): string {
  return Buffer.from(text, 'utf8').toString('latin1');
}

export function fromByteOrder(text: string): string {
  return Buffer.from(text, 'latin1').toString('utf8');
}

/** The first position after exactly this key. */
export function afterKey(position: string): string {
  return `${position}\u0000`;
}

/** A position after every key that begins with the prefix: 0xFF occurs nowhere in UTF-8. */
export function afterPrefix(position: string): string {
  return `${position}\u00ff`;
}
