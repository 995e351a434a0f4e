import { DurationSeries } from './duration-series.js';

/** Seconds. From a small model on an idle GPU to one that has to be loaded first. */
const FIRST_TOKEN_BUCKETS = [0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1, 2, 3, 5, 10, 30, 60, 120];
/** Seconds. 5 ms are 200 tokens a second; from half a second on a reader notices. */
const BETWEEN_TOKENS_BUCKETS = [0.001, 0.0025, 0.005, 0.01, 0.02, 0.03, 0.05, 0.075, 0.1, 0.25, 0.5, 1, 5, 30];
/** Seconds. What Sluice itself takes is under a millisecond unless the process is starved. */
const OVERHEAD_BUCKETS = [0.00025, 0.0005, 0.001, 0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.5, 1];

/** What is timed of one model. */
export class ModelTimes {
  readonly firstToken = new DurationSeries(FIRST_TOKEN_BUCKETS);
  readonly betweenTokens = new DurationSeries(BETWEEN_TOKENS_BUCKETS);
  readonly overhead = new DurationSeries(OVERHEAD_BUCKETS);
}
