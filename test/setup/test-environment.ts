import { findRedisServer } from '#scripts/launcher/redis-part';

const KEPT = ['PATH', 'HOME', 'TMPDIR', 'LANG', 'TZ', 'SystemRoot'];

/** What child processes get of this one's environment: nothing of the test runner, of npm, or of somebody's AWS account. */
export function cleanEnvironment(): NodeJS.ProcessEnv {
  return Object.fromEntries(KEPT.map((name) => [name, process.env[name]]).filter(([, value]) => value !== undefined));
}

/** The Redis server that tests run on; undefined means the stand-in from npm, which SLUICE_TEST_REDIS=stand-in asks for. */
export function chooseTestRedis(): string | undefined {
  return process.env['SLUICE_TEST_REDIS'] === 'stand-in' ? undefined : findRedisServer(process.env);
}
