import { describe, expect, it } from 'vitest';
import { objectKeys, type FileObject } from '#contracts';
import { packFileFacts, unpackFileFacts } from './file-index.js';

const FILE: FileObject = {
  id: `file-${'z'.repeat(21)}`,
  object: 'file',
  bytes: 5_497_558_138_880,
  created_at: 1_795_000_000,
  expires_at: 1_797_592_000,
  filename: 'input.jsonl',
  purpose: 'fine-tune',
  status: 'processed',
  status_details: null,
};
/** Far more than any tenant's name may have. */
const TENANT = 't'.repeat(128);
const MAX_KEY_BYTES = 1024;

describe('packFileFacts', () => {
  it('brings a file back whole', () => {
    for (const filename of ['a', 'mit Leerzeichen & Ümläuten \u{1F30A}.jsonl', '../../etc/passwd', '"\\\n\0']) {
      for (const expires_at of [null, 1_797_592_000]) {
        const file = { ...FILE, filename, expires_at };
        expect(unpackFileFacts(file.id, packFileFacts(file))).toEqual(file);
      }
    }
  });

  it.each([
    ['plain', 'x'],
    ['quotes', '"'],
    ['control characters', '\u0001'],
    ['four-byte characters', '\u{1F30A}'],
    ['halves of surrogate pairs', '\ud800'],
  ])('keeps the key within what S3 takes, for a long name of %s', (_, character) => {
    const file = { ...FILE, filename: character.repeat(2000) };
    const facts = packFileFacts(file);
    expect(Buffer.byteLength(objectKeys.fileIndexEntry(TENANT, file.id, facts))).toBeLessThanOrEqual(MAX_KEY_BYTES);
    const { filename } = unpackFileFacts(file.id, facts);
    expect(filename.length).toBeGreaterThan(10);
    expect(file.filename.startsWith(filename)).toBe(true);
  });

  it('makes one segment of a key', () => {
    expect(packFileFacts({ ...FILE, filename: '??>>/~' })).toMatch(/^[A-Za-z0-9_-]+$/);
  });
});
