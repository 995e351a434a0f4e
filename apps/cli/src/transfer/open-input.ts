import { createReadStream } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { EXIT_CODES } from '../exit-codes.js';
import { Failure } from '../failure.js';

export interface InputFile {
  readonly path: string;
  readonly bytes: number;
}

const READ_BYTES = 262_144;

/** @throws Failure for what cannot be sent, before anything is. */
export async function openInput(path: string): Promise<InputFile> {
  try {
    const facts = await stat(path);
    if (!facts.isFile()) throw new Failure(`${path} is no file.`, EXIT_CODES.usage);
    if (facts.size === 0) throw new Failure(`${path} is empty.`, EXIT_CODES.usage);
    await (await open(path)).close();
    return { path, bytes: facts.size };
  } catch (error) {
    throw asFileFailure(path, 'read', error);
  }
}

/** The bytes that the file had when it was opened, and no others. */
export async function* readInput({ path, bytes }: InputFile): AsyncGenerator<Buffer> {
  let read = 0;
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: READ_BYTES, end: bytes - 1 })) {
      read += (chunk as Buffer).length;
      yield chunk as Buffer;
    }
  } catch (error) {
    throw asFileFailure(path, 'read', error);
  }
  if (read < bytes) throw new Failure(`${path} became shorter while it was sent.`, EXIT_CODES.usage);
}

/** A fault of the local disk, as the fault of the command line that names it; other errors stay what they are. */
export function asFileFailure(path: string, act: 'read' | 'written', error: unknown): unknown {
  const { code, syscall } = error as NodeJS.ErrnoException;
  if (syscall === undefined || code === undefined) return error;
  const text = code === 'ENOENT' ? 'there is no such file or folder' : code;
  return new Failure(`${path} cannot be ${act}: ${text}.`, EXIT_CODES.usage, { cause: error });
}
