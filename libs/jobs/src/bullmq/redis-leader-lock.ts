import { randomBytes } from 'node:crypto';
import { redisNames } from '#contracts';
import { GatewayError, type Redis } from '#platform';
import { LeaderLock } from '../sweep/leader-loop.js';
import { within } from './within.js';

const LOCK_MS = 8000;

/** Takes the lock when it is free and prolongs it when it is ours. */
const HOLD = `
if redis.call('set', KEYS[1], ARGV[1], 'NX', 'PX', ARGV[2]) then return 1 end
if redis.call('get', KEYS[1]) == ARGV[1] then
  redis.call('pexpire', KEYS[1], ARGV[2])
  return 1
end
return 0`;

const RELEASE = `
if redis.call('get', KEYS[1]) == ARGV[1] then return redis.call('del', KEYS[1]) end
return 0`;

/** The sweeper's lock: it ends by itself when its holder dies. Two holders would do the same work twice, never wrong work. */
export class RedisLeaderLock extends LeaderLock {
  private readonly token = randomBytes(12).toString('hex');

  constructor(
    private readonly redis: Redis,
    private readonly timeoutMs: number,
  ) {
    super();
  }

  async hold(): Promise<boolean> {
    try {
      const held = await within(this.redis, this.timeoutMs, () =>
        this.redis.eval(HOLD, 1, redisNames.leaderLock, this.token, LOCK_MS),
      );
      return held === 1;
    } catch (error) {
      if (GatewayError.is(error, 'queue_unavailable')) return false;
      throw error;
    }
  }

  async release(): Promise<void> {
    try {
      await within(this.redis, this.timeoutMs, () => this.redis.eval(RELEASE, 1, redisNames.leaderLock, this.token));
    } catch (error) {
      if (!GatewayError.is(error, 'queue_unavailable')) throw error;
    }
  }
}
