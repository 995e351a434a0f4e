/** What one look has found. */
export interface Finding {
  /** What was looked at, e.g. `redis policy`. */
  readonly name: string;
  /** `skipped` = could not be looked at, which is no fault by itself. */
  readonly status: 'ok' | 'warning' | 'failure' | 'skipped';
  readonly detail: string;
  /** What to do about it; there for everything that is not ok. */
  readonly remedy?: string;
}

export function ok(name: string, detail: string): Finding {
  return { name, status: 'ok', detail };
}

export function warning(name: string, detail: string, remedy: string): Finding {
  return { name, status: 'warning', detail, remedy };
}

export function failure(name: string, detail: string, remedy: string): Finding {
  return { name, status: 'failure', detail, remedy };
}

export function skipped(name: string, detail: string, remedy: string): Finding {
  return { name, status: 'skipped', detail, remedy };
}
