/**
 * `aborted`: given up by a stop. `died`: their worker died, at most so many. `lost`: another attempt's result stands.
 * `yielded`: given up for realtime's sake.
 */
export const WASTE_CAUSES = ['aborted', 'died', 'lost', 'yielded'] as const;
export type WasteCause = (typeof WASTE_CAUSES)[number];
