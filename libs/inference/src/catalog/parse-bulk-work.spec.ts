import { describe, expect, it } from 'vitest';
import { complaint, SMALL, SOURCE, WHISPER, withEntry } from '../testing/catalog-entries.js';
import { parseCatalog } from './parse-catalog.js';

describe('parseCatalog, for bulk work', () => {
  it('reads how far lines of bulk work may share calls', () => {
    const text = withEntry(`${SMALL}options: { packing: { inputs: 64, targetMs: 500 } }`);

    expect(parseCatalog(text, SOURCE)[0]?.options).toEqual({ packing: { inputs: 64, targetMs: 500 } });
  });

  it('fills in how an asynchronous endpoint is called', () => {
    const text = withEntry(WHISPER);

    expect(parseCatalog(text, SOURCE)[0]?.options).toEqual({
      async: { inputPrefix: 'async', timeoutSeconds: 900, ttlSeconds: 21_600, outstanding: 128 },
      whisperModel: 'large',
    });
  });

  it('fills in when an asynchronous endpoint beside the own target is taken', () => {
    const text = withEntry(`${SMALL}bulk: { target: { kind: sagemaker, endpoint: e-async } }`);

    expect(parseCatalog(text, SOURCE)[0]?.bulk).toEqual({
      target: { kind: 'sagemaker', endpoint: 'e-async' },
      async: { inputPrefix: 'async', timeoutSeconds: 900, ttlSeconds: 21_600, outstanding: 128 },
      minLines: 1_000,
      startSeconds: 900,
      callSeconds: 1,
      concurrency: 8,
    });
  });

  it.each([
    [`${SMALL}bulk: { target: { kind: sagemaker, endpoint: e } }`, 'models[0].bulk.target.endpoint: expected another'],
    [
      `${SMALL}bulk: { target: { kind: http, baseUrl: 'http://x' } }`,
      'models[0].bulk.target: expected an asynchronous',
    ],
    [`${SMALL}bulk: { target: { kind: sagemaker, endpoint: f }, lines: 3 }`, 'models[0].bulk.lines: unknown field'],
    [
      `${SMALL}bulk: { target: { kind: sagemaker, endpoint: f, inferenceComponent: c } }`,
      'models[0].bulk.target.inferenceComponent: asynchronous endpoints have none',
    ],
    [
      `${SMALL.replace('[invoke]', '[async]')}bulk: { target: { kind: sagemaker, endpoint: f } }`,
      "models[0].bulk: is for entries that are not reached by 'async' already",
    ],
    [
      `${WHISPER.replace('[async]', '[invoke]').replace('emd-whisper', 'whisper-multipart')}bulk: { target: { kind: sagemaker, endpoint: f } }`,
      'models[0].bulk: models of type transcription',
    ],
    [
      `${SMALL}bulk: { target: { kind: sagemaker, endpoint: f }, async: { ttlSeconds: 30 } }`,
      'models[0].bulk.async.ttlSeconds: expected a whole number from 60 to 21600',
    ],
  ])('refuses %j, saying %s', (text, expected) => {
    expect(complaint(withEntry(text))).toContain(expected);
  });
});
