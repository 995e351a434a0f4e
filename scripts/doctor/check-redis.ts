import { randomBytes } from 'node:crypto';
import { Redis } from 'ioredis';
import { readBulkConfig } from '#jobs';
import { ConfigurationError } from '#platform';
import { QUESTION_TIMEOUT_MS, reasonOf, type Checkup } from '#scripts/doctor/checkup';
import { failure, ok, warning, type Finding } from '#scripts/doctor/finding';
import { parseRedisInfo } from '#scripts/doctor/parse-redis-info';

/** BullMQ refuses older ones. */
const MIN_MAJOR = 5;
const RECOMMENDED = 'Redis 7 or Valkey 8';
const PINGS = 20;
/** A queue operation makes several round trips. */
const SLOW_MS = 20;
const PROBE_LIFE_MS = 1000;

/** Whether Redis takes commands and is set so that queues survive in it. */
export async function checkRedis({ environment }: Checkup): Promise<readonly Finding[]> {
  const url = readUrl(environment);
  if (url === undefined) return [];
  const redis = new Redis(url, {
    lazyConnect: true,
    maxRetriesPerRequest: 0,
    retryStrategy: () => null,
    connectTimeout: QUESTION_TIMEOUT_MS,
    commandTimeout: QUESTION_TIMEOUT_MS,
  });
  let cause: unknown;
  redis.on('error', (error: Error) => {
    cause = error;
  });
  try {
    await redis.connect();
    return await ask(redis);
  } catch (error) {
    const remedy = 'Start it or put REDIS_URL right. Realtime serves without it; jobs wait until it is back.';
    return [failure('redis', reasonOf(cause ?? error), remedy)];
  } finally {
    redis.disconnect();
  }
}

function readUrl(environment: NodeJS.ProcessEnv): string | undefined {
  try {
    return readBulkConfig(environment).redisUrl;
  } catch (error) {
    if (error instanceof ConfigurationError) return undefined;
    throw error;
  }
}

async function ask(redis: Redis): Promise<readonly Finding[]> {
  const key = `sluice-doctor:${randomBytes(8).toString('hex')}`;
  await redis.set(key, '1', 'PX', PROBE_LIFE_MS);
  const information = parseRedisInfo(await redis.info());
  return [
    judgeVersion(information),
    judgePolicy(information),
    judgePersistence(information),
    judgeLatency(await measure(redis)),
  ];
}

function judgeVersion(information: ReadonlyMap<string, string>): Finding {
  const name = 'redis';
  const valkey = information.get('valkey_version');
  const version = information.get('redis_version');
  if (version === undefined) return warning(name, 'It does not tell its version.', `Use ${RECOMMENDED}.`);
  const detail = valkey === undefined ? `Redis ${version}` : `Valkey ${valkey}`;
  return Number.parseInt(version, 10) < MIN_MAJOR
    ? failure(name, `${detail} is too old for the queue.`, `Use ${RECOMMENDED}.`)
    : ok(name, `${detail}, takes writes`);
}

function judgePolicy(information: ReadonlyMap<string, string>): Finding {
  const name = 'redis maxmemory-policy';
  const policy = information.get('maxmemory_policy');
  if (policy === 'noeviction') return ok(name, policy);
  if (policy === undefined) return warning(name, 'It does not tell.', 'Make sure that it is noeviction.');
  return failure(
    name,
    `${policy}: when memory is short, Redis drops parts of the queue.`,
    'Set maxmemory-policy noeviction (ElastiCache: in the parameter group).',
  );
}

function judgePersistence(information: ReadonlyMap<string, string>): Finding {
  const name = 'redis append-only file';
  if (information.get('aof_enabled') === '1') return ok(name, 'on');
  return warning(
    name,
    'Off: after a restart of Redis the queue is built again from S3, within half a minute.',
    'No job is lost either way. Set appendonly yes if that pause matters.',
  );
}

function judgeLatency(medianMs: number): Finding {
  const name = 'redis latency';
  const detail = `${medianMs.toFixed(2)} ms, the median of ${PINGS}`;
  return medianMs <= SLOW_MS
    ? ok(name, detail)
    : warning(name, detail, 'Put Redis into the same region and network as the workers.');
}

async function measure(redis: Redis): Promise<number> {
  const durations: number[] = [];
  for (let count = 0; count < PINGS; count++) {
    const startedAt = performance.now();
    await redis.ping();
    durations.push(performance.now() - startedAt);
  }
  return durations.toSorted((one, other) => one - other)[PINGS / 2] ?? 0;
}
