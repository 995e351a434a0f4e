import { describe, expect, it } from 'vitest';
import { complaint, SMALL, SOURCE, withEntry } from '../testing/catalog-entries.js';
import { Catalog } from './catalog.js';
import { membersOf } from './members-of.js';
import { parseCatalog } from './parse-catalog.js';

const TARGET = 'target: { kind: sagemaker, endpoint: e }';

/** The small entry with several endpoints. */
function withTargets(targets: string, more = ''): string {
  return withEntry(SMALL.replace(TARGET, `targets: ${targets}`) + more);
}

const target = (fields: string): string => `{ kind: sagemaker, ${fields} }`;
const TWO = `[${target('endpoint: a')}, ${target('endpoint: b')}]`;

describe('An entry with several endpoints', () => {
  it('is one model at each of them, with what each takes', () => {
    const [entry] = parseCatalog(
      withTargets(
        `[${target('endpoint: a, concurrency: 4')}, ${target('endpoint: a, inferenceComponent: c, budget: 3')}, ${target('endpoint: b, region: eu-west-1')}]`,
        'limits: { concurrency: 6 }\nsharing: { headroomPercent: 0 }',
      ),
      SOURCE,
    );
    const members = membersOf(entry!);

    expect(members.map((member) => member.target)).toEqual([
      { kind: 'sagemaker', endpoint: 'a' },
      { kind: 'sagemaker', endpoint: 'a', inferenceComponent: 'c' },
      { kind: 'sagemaker', endpoint: 'b', region: 'eu-west-1' },
    ]);
    expect(members.map(({ limits, sharing }) => [limits.concurrency, sharing.budget])).toEqual([
      [4, 4],
      [6, 3],
      [6, 6],
    ]);
    for (const member of members.slice(1)) {
      const { target: _, limits, sharing, replicas, ...same } = member;
      expect(replicas).toEqual([]);
      expect(limits).toMatchObject({ payloadBytes: entry!.limits.payloadBytes });
      expect(sharing.headroomPercent).toBe(0);
      expect(entry).toMatchObject(same);
    }
  });

  it('keeps to the budget that the entry names where an endpoint names none', () => {
    const [entry] = parseCatalog(
      withTargets(`[${target('endpoint: a, concurrency: 4')}, ${target('endpoint: b')}]`, 'sharing: { budget: 5 }'),
      SOURCE,
    );

    expect(membersOf(entry!).map(({ sharing }) => sharing.budget)).toEqual([5, 5]);
  });

  it('is frozen at each of them', () => {
    const [entry] = parseCatalog(withTargets(TWO), SOURCE);

    const [replica] = entry!.replicas;
    for (const part of [entry!.replicas, replica, replica!.target, replica!.limits, replica!.sharing]) {
      expect(Object.isFrozen(part)).toBe(true);
    }
  });

  it('is as one with a target where the list has one', () => {
    const [one] = parseCatalog(withTargets(`[${target('endpoint: e')}]`), SOURCE);

    expect(one).toEqual(parseCatalog(withEntry(SMALL), SOURCE)[0]);
  });

  it('may share an endpoint with a model that has it alone', () => {
    const other = SMALL.replace('bge-m3/dev', 'other/dev').replace('endpoint: e', 'endpoint: b');
    const entries = parseCatalog(withTargets(TWO) + withEntry(other).replace('models:\n', ''), SOURCE);

    expect(new Catalog(entries, 0).list().map(({ id }) => id)).toEqual(['bge-m3/dev', 'other/dev']);
  });

  it.each([
    [withEntry(`${SMALL}targets: ${TWO}`), 'models[0].targets: stands beside target: put all endpoints into targets.'],
    [withTargets('[]'), 'models[0].targets: expected at least one target.'],
    [withTargets('a'), 'models[0].targets: expected a list.'],
    [withTargets('[a]'), 'models[0].targets[0]: expected a mapping of fields.'],
    [
      withTargets(`[${target('endpoint: a')}, ${target('endpoint: b')}, ${target('endpoint: a, region: eu-west-1')}]`),
      "models[0].targets[2]: 'a' is in the list already. Name each endpoint once",
    ],
    [withTargets(`[${target('endpoint: a')}, ${target('')}]`), 'models[0].targets[1].endpoint: is missing.'],
    [
      withTargets(`[${target('endpoint: a, concurrency: 0')}]`),
      'models[0].targets[0].concurrency: expected a whole number from 1 to 10000, but is 0.',
    ],
    [withTargets(`[${target('endpoint: a, budget: x')}]`), 'models[0].targets[0].budget: expected a whole number'],
    [withTargets(`[${target('endpoint: a, weight: 1')}]`), 'models[0].targets[0].weight: unknown field. Known fields:'],
    [
      withTargets(`[${target('endpoint: a')}, ${target('endpoint: b, budget: 2')}]`, 'sharing: { floor: 3 }'),
      'models[0].sharing.floor: expected a whole number from 0 to 2, but is 3.',
    ],
    [
      withTargets(TWO).replace('[invoke]', '[async]'),
      "models[0].targets: several endpoints are not for the transport 'async'. Name one of them as target.",
    ],
    [
      withTargets(TWO, 'bulk: { target: { kind: sagemaker, endpoint: c } }'),
      'models[0].targets: several endpoints have no bulk way beside them. Leave bulk out',
    ],
    [
      withTargets(`[${target('endpoint: a')}, { kind: http, baseUrl: 'http://x' }]`),
      "models[0].transports: 'invoke' does not reach a target of kind http.",
    ],
  ])('is refused where it makes no sense: %#', (text, message) => {
    expect(complaint(text)).toContain(message);
  });
});
