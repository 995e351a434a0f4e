import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { complaint, SMALL, SOURCE, WHISPER, withEntry } from '../testing/catalog-entries.js';
import { parseCatalog } from './parse-catalog.js';

const FULL = `
id: team/name/prod
type: chat
target: { kind: sagemaker, endpoint: my-endpoint, inferenceComponent: part-1, region: eu-west-1 }
transports: [invoke, invoke-stream]
adapter: openai
servedName: inner
aliases: [short]
limits: { concurrency: 3, requestTimeoutMs: 1000, firstTokenTimeoutMs: 2000, stallTimeoutMs: 3000, payloadBytes: 26214400 }
sharing: { budget: 64, floor: 1, denseArrivals: 7, headroomPercent: 50, onYield: abort, priority: 9 }
`;

function http(baseUrl: string): string {
  return `
id: m
type: chat
target: { kind: http, baseUrl: "${baseUrl}" }
transports: [http]
adapter: openai
`;
}

describe('parseCatalog', () => {
  it('reads every field of an entry', () => {
    expect(parseCatalog(withEntry(FULL), SOURCE)).toEqual([
      {
        id: 'team/name/prod',
        type: 'chat',
        target: { kind: 'sagemaker', endpoint: 'my-endpoint', inferenceComponent: 'part-1', region: 'eu-west-1' },
        replicas: [],
        transports: ['invoke', 'invoke-stream'],
        adapter: 'openai',
        servedName: 'inner',
        aliases: ['short'],
        options: {},
        fallbacks: [],
        limits: {
          concurrency: 3,
          requestTimeoutMs: 1000,
          firstTokenTimeoutMs: 2000,
          stallTimeoutMs: 3000,
          payloadBytes: 26_214_400,
        },
        sharing: { budget: 64, floor: 1, denseArrivals: 7, headroomPercent: 50, onYield: 'abort', priority: 9 },
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
      sharing: { budget: 8, floor: 0, denseArrivals: 5, headroomPercent: 25, onYield: 'drain' },
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
      SMALL.replace('adapter: openai', 'adapter: smoke'),
      'models.yaml: models[0].adapter: expected one of openai, tei, emd-transformers,',
    ],
    [SMALL.replace('type: embedding', 'type: video'), 'models[0].type: expected one of'],
    [SMALL.replace('endpoint: e', ''), 'models[0].target.endpoint: is missing.'],
    [SMALL.replace('endpoint: e', 'endpoint: "a/../b"'), 'models[0].target.endpoint: expected at most 63 letters'],
    [SMALL.replace('kind: sagemaker, ', ''), 'models[0].target.kind: is missing.'],
    [SMALL.replace('[invoke]', '[]'), 'models[0].transports: expected a list with at least one'],
    [
      SMALL.replace('[invoke]', '[smoke]'),
      "models[0].transports: expected one of invoke, invoke-stream, openai-route, async, http, but is 'smoke'.",
    ],
    [SMALL.replace('id: bge-m3/dev', 'id: /dev'), "models[0].id: expected 'name' or 'name/tag'"],
    [
      `${SMALL}limits: { concurrency: 0 }`,
      'models[0].limits.concurrency: expected a whole number from 1 to 10000, but is 0.',
    ],
    [
      `${SMALL}sharing: { budget: 4, floor: 5 }`,
      'models[0].sharing.floor: expected a whole number from 0 to 4, but is 5.',
    ],
    [
      `${FULL}`.replace('onYield: abort', 'onYield: stop'),
      "sharing.onYield: expected one of drain, abort, but is 'stop'.",
    ],
    [
      `${SMALL}sharing: { priority: -1 }`,
      'models[0].sharing.priority: expected a whole number from 1 to 1000000, but is -1.',
    ],
    [
      `${SMALL.replace('openai', 'tei')}sharing: { priority: 5 }`,
      'models[0].sharing.priority: is for vLLM, which is reached by the adapter openai, but this one is tei.',
    ],
    [
      `${SMALL}sharing: { onYield: abort }`,
      "models[0].sharing.onYield: 'abort' is for models of type chat or vision, whose answers take long, but this one is embedding.",
    ],
    [
      FULL.replace('[invoke, invoke-stream]', '[async]').concat('options: { async: { inputPrefix: in } }'),
      "models[0].sharing.onYield: 'abort' cannot take back what was given to an asynchronous endpoint.",
    ],
    [`${SMALL}limits: { speed: 1 }`, 'models[0].limits.speed: unknown field.'],
    [`${SMALL}endpoint: e`, 'models[0].endpoint: unknown field.'],
    [`${SMALL}aliases: [1]`, 'models[0].aliases: expected a list of non-empty strings.'],
  ])('names file, entry and field of a fault (%#)', (entry, expected) => {
    expect(complaint(withEntry(entry))).toContain(expected);
  });

  it('B21: reads a server that is reached over HTTP, which may take minutes, its key from the environment', () => {
    const text = withEntry(`
id: qwen3:8b
type: chat
target: { kind: http, baseUrl: "http://ollama:11434/v1/", apiKeyEnv: OLLAMA_KEY, headers: { X-Team: a } }
transports: [http]
adapter: openai
options: { streamOnly: true, extraBody: true, developerRole: system }
`);

    const [entry] = parseCatalog(text, SOURCE, undefined, (name) => (name === 'OLLAMA_KEY' ? 'sk-1' : undefined));

    expect(entry).toMatchObject({
      target: {
        kind: 'http',
        endpoint: 'http-ollama-11434',
        baseUrl: 'http://ollama:11434',
        apiKey: 'sk-1',
        headers: { 'x-team': 'a' },
      },
      options: { streamOnly: true, extraBody: true, developerRole: 'system' },
      limits: { requestTimeoutMs: 600_000 },
    });
  });

  it.each([
    ['[invoke]', 6_291_456, 26_214_400],
    ['[async]', 1_073_741_824, 1_073_741_824],
  ])('knows what a payload may be through %s', (transports, fallback, max) => {
    const text = transports === '[async]' ? WHISPER : SMALL;

    expect(parseCatalog(withEntry(text), SOURCE)[0]?.limits.payloadBytes).toBe(fallback);
    expect(complaint(withEntry(`${text}limits: { payloadBytes: ${max + 1} }`))).toContain(`from 1 to ${max}`);
  });

  it.each([
    [
      WHISPER.replace('[async]', '[invoke]'),
      "models[0].transports: the adapter emd-whisper needs the transport 'async'",
    ],
    [
      WHISPER.replace('[async]', '[async, invoke]'),
      "models[0].transports: an endpoint with 'async' takes no other calls",
    ],
    [WHISPER.replace('type: transcription', 'type: chat'), "models[0].adapter: 'emd-whisper' serves models of type"],
    [SMALL.replace('[invoke]', '[http]'), "models[0].transports: 'http' does not reach a target of kind sagemaker"],
    [SMALL.replace('[invoke]', '[openai-route]'), "models[0].transports: 'openai-route' carries chat completions only"],
    [SMALL.replace('[invoke]', '[invoke-stream]'), 'models[0].transports: a model of type embedding needs one that'],
    [SMALL.replace('adapter: openai', 'adapter: raw'), "models[0].adapter: 'raw' serves models of type custom"],
    [
      SMALL.replace('endpoint: e', 'endpoint: e, baseUrl: "http://a"'),
      'models[0].target.baseUrl: is no field of a target',
    ],
    [
      SMALL.replace('endpoint: e', 'endpoint: e, region: "http://x"'),
      'models[0].target.region: expected an AWS region',
    ],
    [
      `${SMALL}options: { async: { ttlSeconds: 60 } }`,
      'models[0].options.async: is for entries that list the transport',
    ],
    [`${SMALL}options: { streamOnly: true }`, 'models[0].options.streamOnly: needs a transport that streams'],
    [`${SMALL}options: { streamOnly: 1 }`, 'models[0].options.streamOnly: expected true or false'],
    [
      `${SMALL}options: { customAttributes: "a\\r\\nb: c" }`,
      'models[0].options.customAttributes: expected at most 1024',
    ],
    [`${SMALL}options: { speed: 1 }`, 'models[0].options.speed: unknown field'],
    [`${SMALL}options: { packing: { inputs: 2049 } }`, 'models[0].options.packing.inputs: expected a whole number'],
    [`${SMALL}options: { packing: { tokens: 0 } }`, 'models[0].options.packing.tokens: expected a whole number'],
    [`${SMALL}options: { packing: { lines: 5 } }`, 'models[0].options.packing.lines: unknown field'],
    [
      `${SMALL.replace('type: embedding', 'type: chat')}options: { packing: { inputs: 5 } }`,
      'models[0].options.packing: is for models of type embedding',
    ],
    [`${SMALL}fallbacks: [bge-m3/dev]`, 'models[0].fallbacks: a model cannot stand in for itself'],
    [http('ftp://x'), 'models[0].target.baseUrl: expected the base URL of a server'],
    [http('http://u:p@x'), 'models[0].target.baseUrl: expected the base URL of a server: it holds credentials'],
    [http('http://x?a=b'), 'models[0].target.baseUrl: expected the base URL of a server: it holds a query'],
    [http('http://x", apiKeyEnv: "NO_KEY'), 'models[0].target.apiKeyEnv: names the variable NO_KEY, which is not set'],
    [http('http://x", headers: {Host: y}, apiKeyEnv: "K'), 'models[0].target.apiKeyEnv: names the variable K'],
  ])('refuses at start what could never answer (%#)', (entry, expected) => {
    expect(complaint(withEntry(entry))).toContain(expected);
  });

  it('refuses a stand-in that speaks another dialect or does other work', () => {
    const entry = (id: string, more: string): string => withEntry(SMALL.replace('bge-m3/dev', id) + more).slice(8);
    const text = `models:\n${entry('a', 'fallbacks: [b]')}${entry('b', '').replace('adapter: openai', 'adapter: tei')}`;

    expect(complaint(text)).toContain("models[0].fallbacks: 'b' cannot stand in for 'a'");
    expect(parseCatalog(text.replace('adapter: tei', 'adapter: openai'), SOURCE)[0]?.fallbacks).toEqual(['b']);
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

    expect(parseCatalog(text, 'sluice.yaml').map(({ id }) => id)).toEqual(
      expect.arrayContaining([
        'Qwen2.5-7B-Instruct/dev',
        'Llama-3.3-70B-Instruct/dev',
        'Qwen2-VL-7B-Instruct/dev',
        'bge-m3/dev',
        'bge-reranker-v2-m3/dev',
        'whisper-large-v3/dev',
      ]),
    );
  });
});
