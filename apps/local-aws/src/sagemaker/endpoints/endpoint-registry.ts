import { createGpu, type Gpu } from '../../engines/gpu/create-gpu.js';
import { CallSlots } from './call-slots.js';
import type { EndpointDefinition } from './endpoint-definition.js';

/** An endpoint while the stand-in runs. Replacing its definition keeps the calls that are in progress. */
export interface RunningEndpoint {
  definition: EndpointDefinition;
  readonly slots: CallSlots;
  /** How long answers take; absent where the definition names no GPU. */
  gpu: Gpu | undefined;
}

export class EndpointRegistry {
  private readonly seed: number;
  private readonly endpoints = new Map<string, RunningEndpoint>();

  /** @param seed begins what is random about the simulated GPUs */
  constructor(definitions: readonly EndpointDefinition[], seed = 1) {
    this.seed = seed;
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
      const slots = new CallSlots(definition.concurrency);
      this.endpoints.set(definition.name, { definition, slots, gpu: this.openGpu(definition) });
      return;
    }
    if (existing.definition.gpu !== definition.gpu) existing.gpu = this.openGpu(definition);
    existing.definition = definition;
    existing.slots.resize(definition.concurrency);
  }

  private openGpu({ gpu }: EndpointDefinition): Gpu | undefined {
    return gpu && createGpu(gpu, this.seed);
  }

  remove(name: string): boolean {
    return this.endpoints.delete(name);
  }
}
