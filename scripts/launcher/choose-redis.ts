import { join } from 'node:path';
import { LauncherError } from '#scripts/launcher/launcher-error';
import type { PartPlan } from '#scripts/launcher/part';
import { findFreePort } from '#scripts/launcher/ports';
import { whyRedisIsNotOk } from '#scripts/launcher/probes';
import { findRedisServer, planRedis } from '#scripts/launcher/redis-part';
import type { Settings } from '#scripts/launcher/settings';

export interface ChosenRedis {
  readonly url: string;
  /** Undefined when it runs already. */
  readonly plan: PartPlan | undefined;
  readonly description: string;
}

/**
 * REDIS_URL if set, else a server on PATH that keeps its state in the home folder, else the stand-in from npm.
 *
 * @throws LauncherError when the Redis of REDIS_URL does not answer.
 */
export async function chooseRedis(settings: Settings, environment: NodeJS.ProcessEnv): Promise<ChosenRedis> {
  if (settings.redisUrl !== undefined) {
    await requireRedis(settings.redisUrl);
    return {
      url: settings.redisUrl,
      plan: undefined,
      description: `${withoutPassword(settings.redisUrl)} (REDIS_URL)`,
    };
  }
  const port = await findFreePort();
  const server = findRedisServer(environment);
  const plan = planRedis({ port, server, dataFolder: join(settings.home, 'redis'), isKept: true, environment });
  return { url: `redis://127.0.0.1:${port}`, plan, description: plan.description };
}

async function requireRedis(url: string): Promise<void> {
  const reason = await whyRedisIsNotOk(url).catch((error: unknown) =>
    error instanceof Error ? error.message : String(error),
  );
  if (reason === undefined) return;
  throw new LauncherError(
    `Redis at ${withoutPassword(url)} (REDIS_URL) does not answer: ${reason}. Start it, or unset REDIS_URL to use a local one.`,
  );
}

function withoutPassword(url: string): string {
  if (!URL.canParse(url)) return 'an address that is no URL';
  const parsed = new URL(url);
  return `${parsed.protocol}//${parsed.host}${parsed.pathname}`;
}
