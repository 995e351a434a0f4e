const IDS = {
  head: 0x1a45dfa3,
  segment: 0x18538067,
  info: 0x1549a966,
  timeUnit: 0x2ad7b1,
  cluster: 0x1f43b675,
  clusterTime: 0xe7,
  block: 0xa1,
  blockGroup: 0xa0,
  simpleBlock: 0xa3,
} as const;
/** Looked into; browsers write them before they know how long they will be. */
const CONTAINERS: ReadonlySet<number> = new Set([IDS.segment, IDS.info, IDS.cluster, IDS.blockGroup]);
const USUAL_UNIT_NS = 1_000_000;
const NS_PER_SECOND = 1_000_000_000;
/** A block of Opus holds no more. */
const LAST_BLOCK_SECONDS = 0.12;

/**
 * Seconds of a WebM or Matroska file, from the times of its blocks: browsers that record do not write how long it became.
 * `undefined` for others, and for what is cut off.
 */
export function webmDurationSeconds(bytes: Buffer): number | undefined {
  if (bytes.length < 4 || bytes.readUInt32BE(0) !== IDS.head) return undefined;
  let unitNs = USUAL_UNIT_NS;
  let cluster = 0;
  let last = 0;
  let at = 0;
  while (at < bytes.length) {
    const element = readElement(bytes, at);
    if (element === undefined) return undefined;
    const { id, content, size } = element;
    if (id === IDS.timeUnit) unitNs = readNumber(bytes, content, size);
    if (id === IDS.clusterTime) cluster = readNumber(bytes, content, size);
    if (id === IDS.simpleBlock || id === IDS.block) last = Math.max(last, cluster + readBlockTime(bytes, content));
    at = CONTAINERS.has(id) ? content : content + size;
  }
  return at === bytes.length && last > 0 ? (last * unitNs) / NS_PER_SECOND + LAST_BLOCK_SECONDS : undefined;
}

function readElement(
  bytes: Buffer,
  at: number,
): { readonly id: number; readonly content: number; readonly size: number } | undefined {
  const idBytes = vintBytes(bytes, at);
  const sizeBytes = vintBytes(bytes, at + idBytes);
  const content = at + idBytes + sizeBytes;
  if (idBytes > 4 || sizeBytes > 8 || content > bytes.length) return undefined;
  const id = bytes.readUIntBE(at, idBytes);
  const first = bytes.readUInt8(at + idBytes) & (0xff >> sizeBytes);
  return { id, content, size: first * 256 ** (sizeBytes - 1) + readNumber(bytes, at + idBytes + 1, sizeBytes - 1) };
}

/** A number's first byte has as many zeros in front as bytes follow it. */
function vintBytes(bytes: Buffer, at: number): number {
  return Math.clz32(bytes[at] ?? 0) - 23;
}

function readNumber(bytes: Buffer, at: number, length: number): number {
  let value = 0;
  for (const byte of bytes.subarray(at, at + length)) value = value * 256 + byte;
  return value;
}

/** Behind the number of its track; within its cluster. */
function readBlockTime(bytes: Buffer, content: number): number {
  const at = content + vintBytes(bytes, content);
  return at + 2 <= bytes.length ? bytes.readInt16BE(at) : 0;
}
