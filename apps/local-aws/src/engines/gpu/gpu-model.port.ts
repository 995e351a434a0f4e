/** A call while a model works on it. */
export interface GpuCall<Work> {
  readonly work: Work;
  /** Set when the caller has left; the model looks at it between two steps. */
  isAborted: boolean;
  /** Called for each token, at the end of the step that made it. */
  onToken?(): void;
  /** Called once: the work is done, or the model has let go of a call that nobody waits for. */
  onEnd(): void;
}

/** When a model's calls get on, and nothing of what they say. Takes every call; those that find no room wait in line. */
export interface GpuModel<Work> {
  take(call: GpuCall<Work>): void;
}

/** Time as a model sees it. */
export interface GpuClock {
  nowMs(): number;
  /** Calls back at that time or as soon after it as can be. */
  at(timeMs: number, callback: () => void): void;
}

/** A duration as it turns out this time. */
export type Jitter = (durationMs: number) => number;
