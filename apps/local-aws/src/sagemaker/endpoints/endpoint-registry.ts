import { CallSlots } from './call-slots.js';
import type { EndpointDefinition } from './endpoint-definition.js';

/** An endpoint while the stand-in runs. Replacing its definition keeps the calls that are in progress. */
export interface RunningEndpoint {
  definition: EndpointDefinition;
  readonly slots: CallSlots;
}

export class EndpointRegistry {
  private readonly endpoints = new Map<string, RunningEndpoint>();

  constructor(definitions: readonly EndpointDefinition[]) {
    for (const definition of definitions) this.put(definition);
  }

  find(name: string): RunningEndpoint | undefined {
    return this.endpoints.get(name);
  }

  list(): EndpointDefinition[] {
    return [...this.endpoints.values()].map((endpoint) => endpoint.definition);
  }

  put(definition: EndpointDefinition): void {
    const existing = this.endpoints.get(definition.name);
    if (existing === undefined) {
      this.endpoints.set(definition.name, { definition, slots: new CallSlots(definition.concurrency) });
      return;
    }
    existing.definition = definition;
    existing.slots.resize(definition.concurrency);
  }

  remove(name: string): boolean {
    return this.endpoints.delete(name);
  }
}
