import type { BulkCheck } from '#jobs';
import { registerCheckMetric, type Registry } from '#platform';

/** One thing that has to work; `detail` says what does not and what to do. */
export interface ReadinessCheck {
  readonly name: string;
  readonly ok: boolean;
  readonly detail: string | undefined;
}

/** What readiness is made of. All of it is known already: a probe must never wait for anything. */
export interface ReadinessSources {
  /** Where the same is told to monitors. */
  readonly registry: Registry;
  readonly isDraining: () => boolean;
  readonly countModels: () => number;
  readonly checkKeys: () => { readonly ok: boolean; readonly detail: string | undefined };
  readonly checkBulk: () => readonly BulkCheck[];
}

export class Readiness {
  constructor(private readonly sources: ReadinessSources) {
    registerCheckMetric(sources.registry, () => this.all());
  }

  /** What realtime calls need, and nothing of bulk: they must go on without it. */
  realtime(): ReadinessCheck[] {
    const { isDraining, countModels, checkKeys } = this.sources;
    const hasModels = countModels() > 0;
    return [
      { name: 'serving', ok: !isDraining(), detail: isDraining() ? 'The process is shutting down.' : undefined },
      { name: 'catalog', ok: hasModels, detail: hasModels ? undefined : 'The catalog holds no model.' },
      { name: 'keys', ...checkKeys() },
    ];
  }

  all(): ReadinessCheck[] {
    return [...this.realtime(), ...this.sources.checkBulk()];
  }
}
