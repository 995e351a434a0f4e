import { expect, it } from 'vitest';
import { changedSince } from '#scripts/launcher/dist-changes';

const BEFORE = new Map([
  ['apps/api/src/main.js', 1],
  ['apps/worker/src/main.js', 1],
  ['apps/local-aws/src/main.js', 1],
  ['libs/jobs/src/index.js', 1],
]);

it.each([
  ['nothing for nothing', {}, []],
  ['an app for its own code', { 'apps/local-aws/src/main.js': 2 }, ['local-aws']],
  ['both users of the libraries for a library', { 'libs/jobs/src/index.js': 2 }, ['worker', 'api']],
  ['an app for a new file', { 'apps/api/src/new.js': 2 }, ['api']],
])('restarts %s', (_case, changes, parts) => {
  expect(changedSince(BEFORE, new Map([...BEFORE, ...Object.entries(changes)]))).toEqual(parts);
});
