import type { ControlPlaneState } from './control-plane-state.js';

/** Services of the control plane, as signatures and faults name them. */
export const controlPlaneServices = ['cloudformation', 'sagemaker', 'secretsmanager'] as const;
export type ControlPlaneService = (typeof controlPlaneServices)[number];

/** The input of a call: members of a JSON body or fields of a form. */
export type CallInput = Readonly<Record<string, unknown>>;

export interface OperationScope {
  readonly state: ControlPlaneState;
  /** The region that the call was signed for. */
  readonly region: string;
  /** Entries on a page where the caller names no number. */
  readonly pageSize: number;
}

/** The operations of one service; each gives what stands in the answer, in the service's own dialect. */
export type Operations<Output> = Readonly<Record<string, (input: CallInput, scope: OperationScope) => Output>>;
