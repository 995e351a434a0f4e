import { redisNames } from '#contracts';
import type { Redis } from '#platform';
import {
  OutstandingCalls,
  type OutstandingClaim,
  type OutstandingGrant,
} from '../async-chunks/outstanding-calls.port.js';
import { RedisHints, type RedisHintsOptions } from './redis-hints.js';

/** Chunks are looked at once a minute at least; one that says nothing for so long has nobody who cares for it. */
const BELIEVED_MS = 300_000;
/** The hash outlives what is in it a little. */
const KEPT_MS = 2 * BELIEVED_MS;

/**
 * Sums what others have, forgets what is old, and notes what this chunk will have and whether it wants more. Where
 * another chunk that wants more has less than its even share of the bound, nobody gets more than that share.
 */
const CLAIM = `
local chunk, own, wanted, bound = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), tonumber(ARGV[4])
local now, untilMs = tonumber(ARGV[5]), ARGV[6]
local entries = redis.call('hgetall', KEYS[1])
local others, claimants, neediest = 0, 1, nil
for i = 1, #entries, 2 do
  local count, wants, ends = string.match(entries[i + 1], '^(%d+),(%d),(%d+)$')
  if count == nil or tonumber(ends) < now then
    redis.call('hdel', KEYS[1], entries[i])
  elseif entries[i] ~= chunk then
    others = others + tonumber(count)
    claimants = claimants + 1
    if wants == '1' then neediest = math.min(neediest or tonumber(count), tonumber(count)) end
  end
end
local room = bound - others - own
local share = math.max(1, math.floor(bound / claimants))
if neediest ~= nil and neediest < share then room = math.min(room, share - own) end
local granted = math.max(0, math.min(wanted, room))
local wants = wanted > granted and '1' or '0'
redis.call('hset', KEYS[1], chunk, (own + granted) .. ',' .. wants .. ',' .. untilMs)
redis.call('pexpire', KEYS[1], ARGV[7])
return {granted, others + own + granted}`;

/** One Redis hash an endpoint. Emptied, it fills again with the next look at each chunk. */
export class RedisOutstandingCalls extends OutstandingCalls {
  private readonly hints: RedisHints;

  constructor(
    private readonly redis: Redis,
    options: RedisHintsOptions,
  ) {
    super();
    this.hints = new RedisHints(redis, options, 'outstanding calls cannot be counted');
  }

  async claim({
    endpoint,
    chunk,
    outstanding,
    wanted,
    bound,
  }: OutstandingClaim): Promise<OutstandingGrant | undefined> {
    const now = Date.now();
    const numbers = [outstanding, wanted, bound, now, now + BELIEVED_MS, KEPT_MS].map(String);
    const answer = await this.hints.try(() =>
      this.redis.eval(CLAIM, 1, redisNames.outstanding(endpoint), chunk, ...numbers),
    );
    if (!Array.isArray(answer)) return undefined;
    const [granted = 0, total = 0] = answer.map(Number);
    return { granted, total };
  }

  async release(endpoint: string, chunk: string): Promise<void> {
    await this.hints.try(() => this.redis.hdel(redisNames.outstanding(endpoint), chunk));
  }
}
