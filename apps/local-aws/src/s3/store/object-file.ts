import { closeSync, fstatSync, openSync, readSync } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { isFileSystemError } from '../is-file-system-error.js';

/*
 * An object is one file: its bytes, then its record as JSON, then the record's length and a mark. Bytes and record
 * are therefore replaced by one rename and can never disagree, and whoever has the file open keeps both.
 */
const mark = Buffer.from('SLUICES3');
const tailBytes = 4 + mark.length;
// Records are smaller than this with few exceptions, so one read at the end of the file usually gets all of it.
const usualRecordBytes = 4096;

export interface OpenObjectFile<Fields> {
  readonly handle: FileHandle;
  readonly record: Fields;
}

export function encodeRecord(record: object): Buffer {
  const json = Buffer.from(JSON.stringify(record));
  const length = Buffer.alloc(4);
  length.writeUInt32BE(json.length);
  return Buffer.concat([json, length, mark]);
}

/** Opens an object file for reading; undefined where there is none. The caller closes the handle. */
export async function openObjectFile<Fields>(path: string): Promise<OpenObjectFile<Fields> | undefined> {
  const handle = await openIfPresent(path);
  if (handle === undefined) return undefined;
  try {
    const { size } = await handle.stat();
    const read = async (bytes: number): Promise<Buffer> => {
      const length = Math.min(bytes, size);
      const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, size - length);
      return buffer.subarray(0, bytesRead);
    };
    let end = await read(usualRecordBytes);
    const recordBytes = recordLength(end, path);
    if (recordBytes + tailBytes > end.length) end = await read(recordBytes + tailBytes);
    return { handle, record: parseRecord<Fields>(end, recordBytes, path) };
  } catch (error) {
    await handle.close();
    throw error;
  }
}

/** Reads only the record; synchronous, because a start reads a hundred thousand of them and nothing else waits. */
export function readRecordSync<Fields>(path: string): Fields {
  const descriptor = openSync(path, 'r');
  try {
    const { size } = fstatSync(descriptor);
    const read = (bytes: number): Buffer => {
      const length = Math.min(bytes, size);
      const buffer = Buffer.alloc(length);
      return buffer.subarray(0, readSync(descriptor, buffer, 0, length, size - length));
    };
    let end = read(usualRecordBytes);
    const recordBytes = recordLength(end, path);
    if (recordBytes + tailBytes > end.length) end = read(recordBytes + tailBytes);
    return parseRecord<Fields>(end, recordBytes, path);
  } finally {
    closeSync(descriptor);
  }
}

async function openIfPresent(path: string): Promise<FileHandle | undefined> {
  try {
    return await open(path, 'r');
  } catch (error) {
    if (isFileSystemError(error, 'ENOENT')) return undefined;
    throw error;
  }
}

function recordLength(end: Buffer, path: string): number {
  if (end.length < tailBytes || !end.subarray(-mark.length).equals(mark)) {
    throw new Error(`${path} is damaged: it does not end like an object file.`);
  }
  return end.readUInt32BE(end.length - tailBytes);
}

function parseRecord<Fields>(end: Buffer, recordBytes: number, path: string): Fields {
  const start = end.length - tailBytes - recordBytes;
  if (start < 0) throw new Error(`${path} is damaged: its record is incomplete.`);
  return JSON.parse(end.toString('utf8', start, start + recordBytes)) as Fields;
}
