import { describe, expect, it } from 'vitest';
import { scanJsonObject } from '#platform';
import { refusalOf } from '../../testing/refusal-of.js';
import { decodeRerankReply } from './decode-rerank-reply.js';
import { openAiRerank } from './encode-rerank-request.js';
import { validateRerankRequest } from './validate-rerank-request.js';

const DOCUMENTS = ['Paris', 'Berlin', 'London'];

function bodyOf(fields: object) {
  return scanJsonObject(Buffer.from(JSON.stringify({ model: 'm/dev', query: 'q', documents: DOCUMENTS, ...fields })));
}

function read(fields: object) {
  return validateRerankRequest(bodyOf(fields));
}

function refusal(run: () => unknown): readonly [string | null, string | null] {
  const { code, param } = refusalOf(run);
  return [code, param];
}

function encode(fields: object): unknown {
  const body = bodyOf(fields);
  return JSON.parse(
    openAiRerank.encode({ body, request: validateRerankRequest(body), servedName: 'served' }).toString('utf8'),
  );
}

interface Answer {
  readonly results: readonly {
    readonly index: number;
    readonly relevance_score: number;
    readonly document?: unknown;
  }[];
}

function decode(fields: object, reply: unknown): Answer {
  const { body } = decodeRerankReply(Buffer.from(JSON.stringify(reply)), read(fields), 'm/dev');
  return JSON.parse(body.toString('utf8')) as Answer;
}

const UNSORTED = {
  id: 'r',
  results: [0.2, 0.9, 0.2].map((score, index) => ({ index, relevance_score: score })),
  usage: { total_tokens: 9 },
};

describe('validateRerankRequest', () => {
  it.each([
    [{}, DOCUMENTS],
    [{ documents: undefined, texts: DOCUMENTS }, DOCUMENTS],
    [{ documents: undefined, inputs: DOCUMENTS }, DOCUMENTS],
    [{ documents: [{ text: 'a', id: 1 }, 'b'] }, ['a', 'b']],
    [{ documents: [{ title: 'a', body: 'b' }], rank_fields: ['title', 'body'] }, ['a\nb']],
  ])('reads the documents of %j', (fields, texts) => {
    expect(read(fields).texts).toEqual(texts);
  });

  it.each([
    [{}, 3],
    [{ top_n: 2 }, 2],
    [{ max_rerank: 2 }, 2],
    [{ top_k: 2 }, 2],
    [{ top_n: 2, max_rerank: 2 }, 2],
    [{ top_n: 0 }, 3],
    [{ top_n: null }, 3],
    [{ top_n: 99 }, 3],
  ])('reads the number of results from %j', (fields, topN) => {
    expect(read(fields).topN).toBe(topN);
  });

  it.each([
    [{}, true],
    [{ return_documents: false }, false],
    [{ return_text: false }, false],
    [{ return_metadata: false }, true],
  ])('reads from %j whether documents come back', (fields, returnDocuments) => {
    expect(read(fields).returnDocuments).toBe(returnDocuments);
  });

  it('takes a query with its text in an object', () => {
    expect(read({ query: { text: 'q2' } }).query).toBe('q2');
  });

  it.each([
    [{ query: undefined }, 'missing_required_parameter', 'query'],
    [{ query: '' }, null, 'query'],
    [{ query: 7 }, 'invalid_type', 'query'],
    [{ documents: undefined }, 'missing_required_parameter', 'documents'],
    [{ documents: [] }, 'empty_array', 'documents'],
    [{ documents: 'x' }, 'invalid_type', 'documents'],
    [{ documents: ['a', 7] }, 'invalid_type', 'documents[1]'],
    [{ documents: [{ id: 1 }] }, 'missing_required_parameter', 'documents[0].text'],
    [{ documents: undefined, texts: [7] }, 'invalid_type', 'texts[0]'],
    [{ top_n: -1 }, 'integer_below_min_value', 'top_n'],
    [{ top_n: 1.5 }, 'invalid_type', 'top_n'],
    [{ max_rerank: 'all' }, 'invalid_type', 'max_rerank'],
    [{ top_n: 1, top_k: 2 }, 'invalid_value', 'top_k'],
    [{ return_documents: 'yes' }, 'invalid_type', 'return_documents'],
    [{ rank_fields: 'text' }, 'invalid_type', 'rank_fields'],
  ])('refuses %j', (fields, code, param) => {
    expect(refusal(() => read(fields))).toEqual([code, param]);
  });
});

describe('openAiRerank', () => {
  it('sends a plain request as it came, but for the name', () => {
    expect(encode({ truncate_prompt_tokens: 5 })).toEqual({
      model: 'served',
      query: 'q',
      documents: DOCUMENTS,
      truncate_prompt_tokens: 5,
    });
  });

  it('sends text for objects and other names, and asks for every score', () => {
    expect(
      encode({ documents: undefined, texts: [{ text: 'a' }, 'b'], query: { text: 'q2' }, top_n: 1 }),
    ).toMatchObject({
      query: 'q2',
      documents: ['a', 'b'],
      top_n: 2,
    });
  });
});

describe('decodeRerankReply', () => {
  it('sorts best first, keeps the order of equals and fills in the documents', () => {
    const answer = decode({}, UNSORTED);

    expect(answer.results).toEqual([
      { index: 1, relevance_score: 0.9, document: { text: 'Berlin' } },
      { index: 0, relevance_score: 0.2, document: { text: 'Paris' } },
      { index: 2, relevance_score: 0.2, document: { text: 'London' } },
    ]);
  });

  it('answers in the shape of every dialect', () => {
    const { results } = decode({}, UNSORTED);

    expect(decode({}, UNSORTED)).toEqual({
      id: 'r',
      object: 'list',
      model: 'm/dev',
      results,
      data: results,
      usage: { prompt_tokens: 9, total_tokens: 9 },
      meta: { api_version: { version: '1' }, billed_units: { search_units: 1 } },
    });
  });

  it('cuts to what was asked for, with or without documents', () => {
    expect(decode({ max_rerank: 1 }, UNSORTED).results).toHaveLength(1);
    expect(decode({ return_documents: false }, UNSORTED).results[0]).not.toHaveProperty('document');
  });

  it('gives back what came with a document', () => {
    const [first] = decode({ documents: ['a', { text: 'b', page: 4 }, 'c'] }, UNSORTED).results;

    expect(first?.document).toEqual({ text: 'b', page: 4 });
  });

  it("reads TEI's bare list of scores", () => {
    const answer = decode({}, [
      { index: 2, score: 0.7 },
      { index: 0, score: 0.1 },
      { index: 1, score: 0.3 },
    ]);

    expect(answer.results.map(({ index }) => index)).toEqual([2, 1, 0]);
  });

  it.each([
    ['too few scores', { results: UNSORTED.results.slice(1) }],
    ['one document twice', { results: [...UNSORTED.results.slice(1), UNSORTED.results[1]] }],
    ['an index that no document has', { results: [...UNSORTED.results.slice(1), { index: 9, relevance_score: 1 }] }],
    [
      'a score that is no number',
      { results: UNSORTED.results.map(({ index }) => ({ index, relevance_score: 'high' })) },
    ],
    ['null', null],
  ])('takes %s for garbage', (_name, reply) => {
    expect(refusal(() => decode({}, reply))).toEqual(['upstream_garbage', null]);
  });

  it('finds the failure that comes with a good status', () => {
    expect(refusal(() => decode({}, { object: 'error', message: 'no', code: 500 }))).toEqual(['upstream_error', null]);
  });
});
