import type { Grant } from './share.js';
import type { Report, Settlement } from './share-ledger.js';
import { SLOT_MS, SLOTS, WINDOW_MS } from './usage-window.js';

/** Milliseconds after which a process that does not settle any more is not shared with. */
const ALIVE_MS = 3000;

/** Who asks for nothing keeps a quarter of an even part, for a call that may come; the rest goes to those who ask. */
const IDLE_FRACTION = 4;

/**
 * Takes one process's report and grants it its shares, in one step. `KEYS[1]` is the prefix of all that it stores:
 * `…processes` (when each was last seen), `…active` (when each share was last used), and a hash for each active share:
 * `limit`, `u:{slot}` used, and for each process `h:` held, `w:` wanted, `l:` granted. A process that has no grant yet
 * counts with its even part, so that what is granted and used together never exceeds the limit.
 */
export const SETTLE_SCRIPT = `
local prefix, process = KEYS[1], ARGV[1]
local slotMs, slots, windowMs, aliveMs = ${SLOT_MS}, ${SLOTS}, ${WINDOW_MS}, ${ALIVE_MS}
local idleFraction = ${IDLE_FRACTION}
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local slot = math.floor(now / slotMs)
local processes, active = prefix .. 'processes', prefix .. 'active'
local remembered = redis.call('ZSCORE', processes, process) and 1 or 0
redis.call('ZADD', processes, now, process)
redis.call('ZREMRANGEBYSCORE', processes, '-inf', now - windowMs - slotMs)
redis.call('PEXPIRE', processes, windowMs * 2)
local alive = redis.call('ZRANGEBYSCORE', processes, now - aliveMs, '+inf')
local count = #alive

local mine, at = {}, 2
while ARGV[at] do
  local id, amounts = ARGV[at], tonumber(ARGV[at + 4])
  local key = prefix .. 's:' .. id
  mine[id] = { held = tonumber(ARGV[at + 2]), wanted = tonumber(ARGV[at + 3]) }
  redis.call('HSET', key, 'limit', ARGV[at + 1])
  at = at + 5
  for i = 1, amounts do
    redis.call('HINCRBYFLOAT', key, 'u:' .. (slot - tonumber(ARGV[at])), ARGV[at + 1])
    at = at + 2
  end
  redis.call('ZADD', active, now, id)
end
redis.call('ZREMRANGEBYSCORE', active, '-inf', now - windowMs - slotMs)
redis.call('PEXPIRE', active, windowMs * 2)

local out = { count, remembered }
for _, id in ipairs(redis.call('ZRANGE', active, 0, -1)) do
  local key = prefix .. 's:' .. id
  local flat = redis.call('HGETALL', key)
  local fields, used, oldest, gone = {}, 0, nil, {}
  for i = 1, #flat, 2 do
    local name, value = flat[i], tonumber(flat[i + 1])
    fields[name] = value
    if string.sub(name, 1, 2) == 'u:' then
      local at = tonumber(string.sub(name, 3))
      if at <= slot - slots then
        gone[#gone + 1] = name
      else
        used = used + value
        if value > 0 and (oldest == nil or at < oldest) then oldest = at end
      end
    end
  end
  if #gone > 0 then redis.call('HDEL', key, unpack(gone)) end
  local limit = fields['limit'] or 0
  local own = mine[id] or { held = 0, wanted = 0 }
  local held, others, wantedElsewhere, wanting = own.held, 0, 0, own.wanted > 0 and 1 or 0
  for _, other in ipairs(alive) do
    if other ~= process then
      held = held + (fields['h:' .. other] or 0)
      local wanted = fields['w:' .. other] or 0
      wantedElsewhere = wantedElsewhere + wanted
      if wanted > 0 then wanting = wanting + 1 end
      others = others + (fields['l:' .. other] or math.floor(limit / count))
    end
  end
  local free = math.max(0, limit - used - held)
  local part
  if own.wanted > 0 then
    part = math.max(math.ceil(free / wanting), own.wanted)
  elseif wanting > 0 then
    part = math.floor(math.max(0, free - wantedElsewhere) / (count * idleFraction))
  else
    part = math.floor(free / count)
  end
  local grant = math.max(0, math.floor(math.min(limit - used - others, own.held + part)))
  redis.call('HSET', key, 'h:' .. process, own.held, 'w:' .. process, own.wanted, 'l:' .. process, grant)
  redis.call('PEXPIRE', key, windowMs * 2)
  local leaves = oldest and ((oldest + slots) * slotMs - now) or 0
  out[#out + 1] = id
  out[#out + 1] = grant
  out[#out + 1] = math.ceil(used)
  out[#out + 1] = leaves
end
return out
`;

export function toArguments(process: string, report: Report): string[] {
  const flat = [process];
  for (const { id, limit, held, wanted, amounts } of report.shares) {
    flat.push(id, String(limit), String(held), String(wanted), String(amounts.length));
    for (const { age, amount } of amounts) flat.push(String(age), String(amount));
  }
  return flat;
}

/** @throws TypeError when it is not what the script returns. */
export function readSettlement(answer: unknown): Settlement {
  if (!Array.isArray(answer) || answer.length < 2) throw new TypeError('the settlement of limits is no list');
  const [replicas, remembered, ...shares] = answer as unknown[];
  const grants = new Map<string, Grant>();
  for (let at = 0; at + 3 < shares.length; at += 4) {
    grants.set(String(shares[at]), {
      granted: Number(shares[at + 1]),
      used: Number(shares[at + 2]),
      oldestLeavesMs: Number(shares[at + 3]),
    });
  }
  return { replicas: Number(replicas), isRemembered: Number(remembered) === 1, grants };
}
