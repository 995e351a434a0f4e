import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { ConfigurationError } from '#platform';
import { parseCatalog } from './parse-catalog.js';

const SOURCE = 'models.yaml';

function withEntry(fields: string): string {
  return `models:\n  - ${fields.trim().split('\n').join('\n    ')}\n`;
}

const FULL = `
id: team/name/prod
type: chat
target: { kind: sagemaker, endpoint: my-endpoint, inferenceComponent: part-1, region: eu-west-1 }
transports: [invoke, invoke-stream]
adapter: openai
servedName: inner
aliases: [short]
limits: { concurrency: 3, requestTimeoutMs: 1000, firstTokenTimeoutMs: 2000, stallTimeoutMs: 3000, payloadBytes: 26214400 }
`;

const SMALL = `
id: bge-m3/dev
type: embedding
target: { kind: sagemaker, endpoint: e }
transports: [invoke]
adapter: openai
`;

function complaint(text: string): string {
  try {
    parseCatalog(text, SOURCE);
  } catch (error) {
    if (error instanceof ConfigurationError) return error.message;
    throw error;
  }
  throw new Error('the catalog was accepted');
}

describe('parseCatalog', () => {
  it('reads every field of an entry', () => {
    expect(parseCatalog(withEntry(FULL), SOURCE)).toEqual([
      {
        id: 'team/name/prod',
        type: 'chat',
        target: { kind: 'sagemaker', endpoint: 'my-endpoint', inferenceComponent: 'part-1', region: 'eu-west-1' },
        transports: ['invoke', 'invoke-stream'],
        adapter: 'openai',
        servedName: 'inner',
        aliases: ['short'],
        limits: {
          concurrency: 3,
          requestTimeoutMs: 1000,
          firstTokenTimeoutMs: 2000,
          stallTimeoutMs: 3000,
          payloadBytes: 26_214_400,
        },
      },
    ]);
  });

  it('fills in what an entry leaves out', () => {
    const [entry] = parseCatalog(withEntry(SMALL), SOURCE);

    expect(entry).toMatchObject({
      servedName: 'bge-m3',
      aliases: [],
      limits: {
        concurrency: 8,
        requestTimeoutMs: 70_000,
        firstTokenTimeoutMs: 120_000,
        stallTimeoutMs: 60_000,
        payloadBytes: 6_291_456,
      },
    });
  });

  it('takes the part before the last slash as the served name', () => {
    const [entry] = parseCatalog(withEntry(SMALL.replace('bge-m3/dev', 'BAAI/bge-m3/prod')), SOURCE);

    expect(entry?.servedName).toBe('BAAI/bge-m3');
  });

  it('freezes entries all the way down', () => {
    const [entry] = parseCatalog(withEntry(FULL), SOURCE);

    for (const part of [entry, entry?.target, entry?.limits, entry?.transports, entry?.aliases]) {
      expect(Object.isFrozen(part)).toBe(true);
    }
  });

  it.each([
    [SMALL.replace('adapter: openai', ''), 'models.yaml: models[0].adapter: is missing.'],
    [
      SMALL.replace('adapter: openai', 'adapter: tei'),
      "models.yaml: models[0].adapter: expected one of openai, but is 'tei'.",
    ],
    [SMALL.replace('type: embedding', 'type: video'), 'models[0].type: expected one of'],
    [SMALL.replace('endpoint: e', ''), 'models[0].target.endpoint: is missing.'],
    [SMALL.replace('endpoint: e', 'endpoint: "a/../b"'), 'models[0].target.endpoint: expected at most 63 letters'],
    [SMALL.replace('kind: sagemaker, ', ''), 'models[0].target.kind: is missing.'],
    [SMALL.replace('[invoke]', '[]'), 'models[0].transports: expected a list with at least one'],
    [
      SMALL.replace('[invoke]', '[smoke]'),
      "models[0].transports: expected one of invoke, invoke-stream, but is 'smoke'.",
    ],
    [SMALL.replace('id: bge-m3/dev', 'id: /dev'), "models[0].id: expected 'name' or 'name/tag'"],
    [
      `${SMALL}limits: { concurrency: 0 }`,
      'models[0].limits.concurrency: expected a whole number from 1 to 10000, but is 0.',
    ],
    [`${SMALL}limits: { speed: 1 }`, 'models[0].limits.speed: unknown field.'],
    [`${SMALL}endpoint: e`, 'models[0].endpoint: unknown field.'],
    [`${SMALL}aliases: [1]`, 'models[0].aliases: expected a list of non-empty strings.'],
  ])('names file, entry and field of a fault (%#)', (entry, expected) => {
    expect(complaint(withEntry(entry))).toContain(expected);
  });

  it.each([
    ['', 'models.yaml: the file: expected a mapping'],
    ['models: []', 'models: expected at least one model'],
    ['models: {}', 'models: expected a list'],
    ['modles: []', 'modles: unknown field'],
    ['models: [1]', 'models[0]: expected a mapping'],
    ['models: [', 'models.yaml: '],
  ])('refuses a file that is no catalog: %s', (text, expected) => {
    expect(complaint(text)).toContain(expected);
  });

  it('accepts the example at the root, with the names of the published API', async () => {
    const text = await readFile(new URL('../../../../sluice.yaml', import.meta.url), 'utf8');

    expect(parseCatalog(text, 'sluice.yaml').map(({ id }) => id)).toEqual([
      'Qwen2.5-7B-Instruct/dev',
      'Llama-3.3-70B-Instruct/dev',
      'Qwen2-VL-7B-Instruct/dev',
      'bge-m3/dev',
      'bge-reranker-v2-m3/dev',
    ]);
  });
});
