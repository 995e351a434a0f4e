const SHOWN_START = 3;
const SHOWN_END = 4;
const MIN_LENGTH_TO_SHOW = 20;

/** A key as an error message may show it: enough for its owner to recognise, too little to use. */
export function redactKey(key: string): string {
  const printable = /^[\x21-\x7e]+$/.test(key);
  if (!printable || key.length < MIN_LENGTH_TO_SHOW) return '***';
  return `${key.slice(0, SHOWN_START)}***${key.slice(-SHOWN_END)}`;
}
