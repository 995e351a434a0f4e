import { describe, expect, it } from 'vitest';
import { SMALL, withEntry } from '../testing/catalog-entries.js';
import { memberAt } from './member-at.js';
import { parseCatalog } from './parse-catalog.js';

describe('memberAt', () => {
  it('finds a model at the endpoint that is named, and else at its first', () => {
    const targets =
      'targets: [{ kind: sagemaker, endpoint: a }, { kind: sagemaker, endpoint: b, inferenceComponent: c }]';
    const [entry] = parseCatalog(withEntry(SMALL.replace('target: { kind: sagemaker, endpoint: e }', targets)), 'test');

    expect(memberAt(entry!, 'b-c')).toBe(entry!.replicas[0]);
    for (const name of ['a', 'b', 'gone', undefined]) expect(memberAt(entry!, name)).toBe(entry);
  });
});
