import type { MetricsSnapshot } from '#platform';

/** What a process of a group tells the one that started it. */
export type MemberMessage =
  | { readonly sluice: 'alive' }
  /** Asks for the numbers of the whole group. */
  | { readonly sluice: 'metrics-wanted'; readonly id: number }
  /** Its own numbers, asked for under this id. */
  | { readonly sluice: 'metrics'; readonly id: number; readonly metrics: MetricsSnapshot };

/** What the processes of a group are told. */
export type GroupMessage =
  | { readonly sluice: 'stop' }
  /** Asks for its own numbers. */
  | { readonly sluice: 'collect'; readonly id: number }
  /** The numbers of the whole group, as text. */
  | { readonly sluice: 'metrics-text'; readonly id: number; readonly text: string };

/** Node and launchers send messages of their own over the same channel. */
export function isProcessMessage(message: unknown): message is { readonly sluice: string } {
  return typeof message === 'object' && message !== null && 'sluice' in message;
}

/** How often a process says that its event loop turns. */
export const ALIVE_MS = 1000;
