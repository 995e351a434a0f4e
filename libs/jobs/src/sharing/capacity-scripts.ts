/** Milliseconds after which a process that says nothing counts as gone, and its calls with it. */
const ALIVE_MS = 1500;
/** Whoever leads and says nothing for so long does not lead any more. */
const LEADER_MS = 1000;
/** What an endpoint's realtime is like is worth remembering for a day without any. */
const REMEMBERED_MS = 86_400_000;

/** Times are written with `%.0f`: the Redis stand-in's `%d` ends at 32 bits. */
const NOW = `
local time = redis.call('TIME')
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
`;

/** `KEYS`: realtime, decision. `ARGV`: process, signals. Returns the last decision. */
export const PUBLISH_SCRIPT = `${NOW}
redis.call('HSET', KEYS[1], ARGV[1], string.format('%.0f|', now) .. ARGV[2])
redis.call('PEXPIRE', KEYS[1], ${2 * ALIVE_MS})
return redis.call('GET', KEYS[2])
`;

/**
 * `KEYS`: realtime, bulk, decision, leader. `ARGV`: worker, calls in flight, calls wanted, counts, calls
 * that may be in flight until it hears the answer.
 *
 * The decided calls are parted evenly among the workers that want some; what one does not want the others get, and calls
 * that cannot be parted evenly go round. A worker gets no more of its part than the others leave: they let go of what they
 * have beyond theirs by and by, and one that gets less may still begin what it was given before until it has heard of it.
 */
export const SETTLE_SCRIPT = `${NOW}
local id, inFlight, wanted, counts, limit = ARGV[1], tonumber(ARGV[2]), tonumber(ARGV[3]), ARGV[4], tonumber(ARGV[5])
local function living(key)
  local flat, found = redis.call('HGETALL', key), {}
  for i = 1, #flat, 2 do
    local at, rest = string.match(flat[i + 1], '^(%d+)|(.*)$')
    if at == nil or now - tonumber(at) > ${ALIVE_MS} then
      redis.call('HDEL', key, flat[i])
    else
      found[#found + 1] = { id = flat[i], rest = rest }
    end
  end
  return found
end

local leader = redis.call('GET', KEYS[4])
if not leader or leader == id then
  redis.call('SET', KEYS[4], id, 'PX', ${LEADER_MS})
  leader = id
end

local workers, others, reports = { { id = id, wanted = wanted } }, 0, {}
for _, worker in ipairs(living(KEYS[2])) do
  if worker.id ~= id then
    local has, wants, lease, theirs = string.match(worker.rest, '^(%d+)|(%d+)|(%d+)|(.*)$')
    if has ~= nil then
      others = others + math.max(tonumber(has), tonumber(lease))
      workers[#workers + 1] = { id = worker.id, wanted = tonumber(wants) }
      reports[#reports + 1] = worker.id
      reports[#reports + 1] = has .. '|' .. theirs
    end
  end
end

local decision, lease, granted = redis.call('GET', KEYS[3]), -1, nil
if decision then
  local at, grant = string.match(decision, '^(%d+)|(%d+)|')
  if at ~= nil and now - tonumber(at) <= ${ALIVE_MS} then granted = tonumber(grant) end
end
if granted ~= nil then
  table.sort(workers, function(a, b) return a.id < b.id end)
  local turn = math.floor(now / 1000)
  for place, worker in ipairs(workers) do worker.turn = (place + turn) % #workers end
  table.sort(workers, function(a, b)
    if a.wanted ~= b.wanted then return a.wanted < b.wanted end
    return a.turn < b.turn
  end)
  local left = granted
  for place, worker in ipairs(workers) do
    local part = math.min(worker.wanted, math.floor(left / (#workers - place + 1)))
    left = left - part
    if worker.id == id then lease = math.max(0, math.min(part, granted - others)) end
  end
end
redis.call('HSET', KEYS[2], id, string.format('%.0f|%d|%d|%d|', now, inFlight, wanted, math.max(lease, limit)) .. counts)
redis.call('PEXPIRE', KEYS[2], ${2 * ALIVE_MS})
reports[#reports + 1] = id
reports[#reports + 1] = string.format('%d|', inFlight) .. counts

local realtime = {}
if leader == id then
  for _, process in ipairs(living(KEYS[1])) do
    realtime[#realtime + 1] = process.id
    realtime[#realtime + 1] = process.rest
  end
end
return { now, lease, leader == id and 1 or 0, decision or '', realtime, reports }
`;

/** `KEYS`: decision, leader. `ARGV`: worker, granted calls, decision. */
export const DECIDE_SCRIPT = `${NOW}
if redis.call('GET', KEYS[2]) ~= ARGV[1] then return 0 end
redis.call('SET', KEYS[1], string.format('%.0f|', now) .. ARGV[2] .. '|' .. ARGV[3], 'PX', ${REMEMBERED_MS})
return 1
`;
