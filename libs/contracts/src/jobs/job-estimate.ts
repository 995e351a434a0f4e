/** What a job would take, as found by reading its input without running it. */
export interface JobEstimate {
  /** Texts, counted. */
  readonly lines: number;
  /** The texts' bytes over `bytesPerToken`. */
  readonly tokens: number;
  /** Measured in `measuredJob`, else 4. */
  readonly bytesPerToken: number;
  /** Model calls, were each as large as the model's entry in the catalog lets it be. */
  readonly calls: number;
  /** At the speed of `measuredJob`; `null` where there is none. */
  readonly seconds: number | null;
  /** The caller's last finished job of the same model that says something; `null` where there is none. */
  readonly measuredJob: string | null;
}
