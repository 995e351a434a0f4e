import type { CapacityPhase, CapacitySample, CapacitySettings, CapacityState } from './capacity.types.js';
import { GROW_MS, growGrant } from './grow-grant.js';
import { addSums, NO_CALLS } from './latency-fit.js';
import { learnBaseline, noteRecent, readStretch } from './realtime-latency.js';
import {
  mayLoseNothingBelow,
  levelBelow,
  levelOf,
  forgetWindow,
  measureLevel,
  NO_LEVELS,
} from './throughput-levels.js';

/** Realtime that was not seen for so long says nothing of what is now. */
const ALONE_MS = 60_000;
const ARRIVALS_MS = 1000;
/** What was under way before nobody looked for so long cannot be gone on with. */
const RESUMED_MS = 2000;
/** Realtime that fills this share of the ceiling is dense, however slowly it comes. */
const DENSE_SHARE = 0.5;
/** Calls after which the baseline is believed. */
const MIN_BASELINE = 5;
/** For so long bulk stands aside so that realtime can be heard alone, and then not again for so long. */
const LISTEN_MS = 10_000;
const LISTEN_AGAIN_MS = 300_000;
/** Longer than the way from a decision to what is seen of it. */
const SHRINK_PAUSE_MS = 1000;
/** Realtime that comes now and then may take so many times as long as alone before bulk gives way by a fifth. */
const QUIET_STRETCH = 2;
const QUIET_SHRINK = 0.8;
/** Beside dense realtime less than this is noise, and more is bulk being felt. */
const DENSE_STRETCH = 1.1;
const FIRST_PATIENCE_MS = 4000;
const MAX_PATIENCE_MS = 60_000;

export function startCapacity(settings: CapacitySettings, nowMs: number): CapacityState {
  return {
    grant: settings.ceiling,
    phase: 'alone',
    atMs: nowMs,
    sinceMs: nowMs,
    realtimeAtMs: null,
    arrivals: [],
    bulkFreeSinceMs: null,
    baseline: { firstToken: NO_CALLS, whole: NO_CALLS },
    recent: { count: 0, timeMs: 0, expectedMs: 0 },
    levels: NO_LEVELS,
    quietGrant: settings.ceiling,
    slowAbove: null,
    nextShrinkMs: 0,
    nextGrowMs: 0,
    patienceMs: FIRST_PATIENCE_MS,
    nextListenMs: 0,
  };
}

/** The law by which bulk is let in; a function of what it remembers and what is seen, and of nothing else. */
export function stepCapacity(state: CapacityState, sample: CapacitySample, settings: CapacitySettings): CapacityState {
  const seen = changePhase(observe(state, sample), sample, settings);
  const grant = Math.max(settings.floor, Math.min(seen.grant, settings.ceiling));
  return shrinkOnFull(steer({ ...seen, grant }, sample, settings), sample, settings);
}

function observe(state: CapacityState, sample: CapacitySample): CapacityState {
  const { nowMs, realtime, bulk } = sample;
  const arrivals = state.arrivals.filter(({ atMs }) => nowMs - atMs < ARRIVALS_MS);
  if (realtime.arrivals > 0) arrivals.push({ atMs: nowMs, count: realtime.arrivals });
  const isThere = realtime.arrivals > 0 || realtime.inFlight > 0;
  const bulkFreeSinceMs = bulk.inFlight > 0 ? null : (state.bulkFreeSinceMs ?? nowMs);
  const baseline = learnBaseline({ ...state, bulkFreeSinceMs }, sample);
  return {
    ...state,
    atMs: nowMs,
    arrivals,
    bulkFreeSinceMs,
    realtimeAtMs: isThere ? nowMs : state.realtimeAtMs,
    baseline,
    recent: noteRecent({ ...state, baseline }, sample),
    levels: measureLevel(nowMs - state.atMs > RESUMED_MS ? forgetWindow(state.levels) : state.levels, {
      nowMs,
      grant: state.grant,
      ...bulk,
    }),
  };
}

function changePhase(state: CapacityState, sample: CapacitySample, settings: CapacitySettings): CapacityState {
  const phase = choosePhase(state, sample, settings);
  if (phase === state.phase) return state;
  const { nowMs } = sample;
  const quietGrant = state.phase === 'dense' || state.phase === 'listening' ? state.quietGrant : state.grant;
  const changed = { ...state, phase, sinceMs: nowMs, quietGrant };
  if (phase === 'dense' || phase === 'listening') {
    return { ...changed, grant: settings.floor, nextGrowMs: nowMs + state.patienceMs };
  }
  const isBack = state.phase === 'dense' || state.phase === 'listening';
  const atLeast = isByOne(settings) ? sample.bulk.inFlight : levelOf(quietGrant / 2);
  return {
    ...changed,
    patienceMs: FIRST_PATIENCE_MS,
    nextListenMs: state.phase === 'listening' ? nowMs + LISTEN_AGAIN_MS : state.nextListenMs,
    grant: isBack ? Math.max(state.grant, 1, atLeast) : state.grant,
    nextGrowMs: nowMs,
  };
}

function choosePhase(state: CapacityState, sample: CapacitySample, settings: CapacitySettings): CapacityPhase {
  const { nowMs, realtime } = sample;
  if (state.realtimeAtMs === null || nowMs - state.realtimeAtMs > ALONE_MS) return 'alone';
  const arrivals = state.arrivals.reduce((sum, { count }) => sum + count, 0);
  // Half as many end a dense phase as begin it, so that it does not come and go with each call.
  const enough = state.phase === 'dense' ? settings.denseArrivals / 2 : settings.denseArrivals;
  if (arrivals >= enough || realtime.inFlight > DENSE_SHARE * settings.ceiling) return 'dense';
  const isThere = arrivals > 0 || realtime.inFlight > 0;
  return (isThere || state.phase === 'listening') && needsToListen(state, nowMs) ? 'listening' : 'quiet';
}

function needsToListen({ baseline, phase, sinceMs, nextListenMs }: CapacityState, nowMs: number): boolean {
  if (addSums(baseline.firstToken, baseline.whole).count >= MIN_BASELINE) return false;
  return phase === 'listening' ? nowMs - sinceMs < LISTEN_MS : nowMs >= nextListenMs;
}

function steer(state: CapacityState, sample: CapacitySample, settings: CapacitySettings): CapacityState {
  switch (state.phase) {
    case 'alone':
      return growGrant(state, mostAlone(state, settings), {
        nowMs: sample.nowMs,
        looksForKnee: false,
        isByOne: isByOne(settings),
      });
    case 'listening':
      return state;
    case 'quiet':
      return steerQuiet(state, sample, settings);
    case 'dense':
      return steerDense(state, sample, settings);
  }
}

/** Where realtime was ever seen it may come back at any moment, and calls in flight cannot be taken back at will. */
function mostAlone({ realtimeAtMs }: CapacityState, settings: CapacitySettings): number {
  return realtimeAtMs === null ? settings.ceiling : besideRealtime(settings, 0);
}

function besideRealtime({ ceiling, floor, headroom }: CapacitySettings, inFlight: number): number {
  return Math.max(floor, ceiling - inFlight - Math.floor(ceiling * headroom));
}

function steerQuiet(state: CapacityState, sample: CapacitySample, settings: CapacitySettings): CapacityState {
  const { nowMs, realtime } = sample;
  const most = besideRealtime(settings, realtime.inFlight);
  if (state.grant > most) return { ...state, grant: most };
  const stretch = readStretch(state);
  if (stretch !== undefined && stretch > QUIET_STRETCH) {
    if (nowMs < state.nextShrinkMs) return state;
    const grant = Math.min(state.grant, Math.max(settings.floor, 1, Math.floor(state.grant * QUIET_SHRINK)));
    return { ...state, grant, slowAbove: grant, nextShrinkMs: nowMs + SHRINK_PAUSE_MS };
  }
  const level = levelOf(state.grant);
  if (mayLoseNothingBelow(state.levels, level, nowMs))
    return { ...state, grant: levelBelow(level), nextGrowMs: nowMs + GROW_MS };
  return growGrant(state, most, { nowMs, looksForKnee: true, isByOne: isByOne(settings) });
}

/** Calls that were given up have long prompts to be read again, each of them in front of the realtime calls that come then. */
function isByOne({ onYield }: CapacitySettings): boolean {
  return onYield === 'abort';
}

/** Whether calls in flight beyond the grant are worth giving up: elsewhere the grant falls and rises with each call. */
export function mayGiveUp({ phase }: CapacityState): boolean {
  return phase === 'dense';
}

/** Bulk tries one call more at a time, and the more patiently the more often realtime has felt it. */
function steerDense(state: CapacityState, { nowMs }: CapacitySample, settings: CapacitySettings): CapacityState {
  const stretch = readStretch(state);
  if (stretch === undefined) return state;
  if (stretch <= DENSE_STRETCH) {
    if (nowMs < state.nextGrowMs) return state;
    const grant = Math.min(state.grant + 1, Math.max(settings.floor, state.quietGrant));
    return { ...state, grant, nextGrowMs: nowMs + FIRST_PATIENCE_MS };
  }
  if (state.grant <= settings.floor) return state;
  const patienceMs = Math.min(MAX_PATIENCE_MS, state.patienceMs * 2);
  return { ...state, grant: settings.floor, patienceMs, nextGrowMs: nowMs + patienceMs };
}

function shrinkOnFull(
  state: CapacityState,
  { nowMs, full }: CapacitySample,
  { floor }: CapacitySettings,
): CapacityState {
  if (full === 0 || nowMs < state.nextShrinkMs) return state;
  const grant = Math.min(state.grant, Math.max(floor, 1, Math.floor(state.grant / 2)));
  return { ...state, grant, slowAbove: grant, nextShrinkMs: nowMs + SHRINK_PAUSE_MS };
}
