import { randomBytes } from 'node:crypto';
import { GatewayError } from '#platform';

/** A record as it was read: what a next write must know of it. `value` is plain JSON. */
export interface Versioned<T> {
  readonly key: string;
  readonly value: T;
  readonly etag: string;
  /** 1 for a new record, one more for every write. */
  readonly revision: number;
  /** The random writer of every write is kept, so that one whose answer was lost can be recognised. */
  readonly lineage: Lineage;
}

interface Lineage {
  /** Who wrote the first revision. */
  readonly creator: string;
  /** Who wrote this revision and those before it, newest first, at most `MAX_WRITERS`. */
  readonly writers: readonly string[];
}

/** A record about to be written. */
export type RecordDraft<T> = Omit<Versioned<T>, 'etag'>;

/** A write is still known as one's own after so many others have been made on top of it. */
const MAX_WRITERS = 64;

function newWriter(): string {
  return randomBytes(6).toString('base64url');
}

export function draftFirst<T>(key: string, value: T): RecordDraft<T> {
  const creator = newWriter();
  return { key, value, revision: 1, lineage: { creator, writers: [creator] } };
}

export function draftNext<T>(current: Versioned<unknown>, value: T): RecordDraft<T> {
  const { creator, writers } = current.lineage;
  const lineage = { creator, writers: [newWriter(), ...writers].slice(0, MAX_WRITERS) };
  return { key: current.key, value, revision: current.revision + 1, lineage };
}

/** Whether what was found is the draft or was built on it; `undefined` where too many have written since to tell. */
export function descendsFrom(found: Versioned<unknown>, draft: RecordDraft<unknown>): boolean | undefined {
  const [writer = ''] = draft.lineage.writers;
  if (found.lineage.creator !== draft.lineage.creator) return false;
  if (found.lineage.writers.includes(writer) || draft.revision === 1) return true;
  return found.revision - draft.revision >= MAX_WRITERS ? undefined : false;
}

export function encodeRecord({ value, revision, lineage }: RecordDraft<unknown>): string {
  const [writer, ...earlierWriters] = lineage.writers;
  return JSON.stringify({ revision, writer, earlierWriters, creator: lineage.creator, value });
}

/** @throws GatewayError `internal_error` for bytes that are no record. */
export function decodeRecord<T>(key: string, body: Buffer, etag: string): Versioned<T> {
  const { revision, writer, earlierWriters, creator, value } = parseObject(key, body);
  if (
    typeof revision !== 'number' ||
    typeof writer !== 'string' ||
    typeof creator !== 'string' ||
    !isTexts(earlierWriters)
  ) {
    throw brokenRecord(key, new Error('revision or writer is missing'));
  }
  return { key, value: value as T, etag, revision, lineage: { creator, writers: [writer, ...earlierWriters] } };
}

function parseObject(key: string, body: Buffer): Record<string, unknown> {
  try {
    const parsed: unknown = JSON.parse(body.toString());
    if (typeof parsed !== 'object' || parsed === null) throw new TypeError('not an object');
    return parsed as Record<string, unknown>;
  } catch (error) {
    throw brokenRecord(key, error);
  }
}

function isTexts(value: unknown): value is string[] {
  return Array.isArray(value) && value.every((item) => typeof item === 'string');
}

function brokenRecord(key: string, cause: unknown): GatewayError {
  return new GatewayError('internal_error', 'A stored record cannot be read.', { cause, details: { key } });
}
