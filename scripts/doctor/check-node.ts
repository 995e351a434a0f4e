import { failure, ok, type Finding } from '#scripts/doctor/finding';

/** What package.json asks for under `engines`. */
const NEEDED = [22, 19] as const;

export function checkNode(version: string): readonly Finding[] {
  const [major = 0, minor = 0] = version.split('.').map(Number);
  const [neededMajor, neededMinor] = NEEDED;
  if (major > neededMajor || (major === neededMajor && minor >= neededMinor)) return [ok('node', `Node ${version}`)];
  return [
    failure(
      'node',
      `Node ${version} is too old.`,
      `Run Sluice on Node ${NEEDED.join('.')} or later; npm scripts bring their own.`,
    ),
  ];
}
