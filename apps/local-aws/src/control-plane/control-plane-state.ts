import type { EndpointRegistry } from '../sagemaker/endpoints/endpoint-registry.js';

/** A CloudFormation stack as a test describes it. */
export interface StackDefinition {
  readonly name: string;
  /** A status of CloudFormation's, such as `CREATE_COMPLETE`. */
  readonly status: string;
  readonly outputs: Readonly<Record<string, string>>;
  readonly parameters: Readonly<Record<string, string>>;
}

export interface Stack extends StackDefinition {
  readonly id: string;
  readonly createdAt: Date;
  readonly updatedAt: Date;
}

/** What the control plane says of an endpoint beyond what its container is. */
export interface EndpointDetails {
  /** A status of SageMaker's, such as `InService`. */
  readonly status: string;
  readonly tags: Readonly<Record<string, string>>;
}

interface HeldDetails extends EndpointDetails {
  readonly updatedAt: Date;
}

const inService: EndpointDetails = { status: 'InService', tags: {} };

/** What the control plane knows: stacks, secrets, and status and tags of endpoints. In memory only. */
export class ControlPlaneState {
  readonly registry: EndpointRegistry;
  readonly secrets = new Map<string, string>();
  private readonly stacks = new Map<string, Stack>();
  private readonly details = new Map<string, HeldDetails>();
  private readonly calls = new Map<string, number>();
  private readonly startedAt = new Date();
  private nextStackId = 1;

  constructor(registry: EndpointRegistry) {
    this.registry = registry;
  }

  putStack(definition: StackDefinition): Stack {
    const existing = this.stacks.get(definition.name);
    const now = new Date();
    const suffix = String(this.nextStackId++).padStart(12, '0');
    const stack = {
      ...definition,
      id:
        existing?.id ??
        `arn:aws:cloudformation:us-east-1:123456789012:stack/${definition.name}/00000000-0000-4000-8000-${suffix}`,
      createdAt: existing?.createdAt ?? now,
      updatedAt: now,
    };
    this.stacks.set(stack.name, stack);
    return stack;
  }

  /** By name or id, as CloudFormation's calls take them. */
  findStack(nameOrId: string): Stack | undefined {
    return this.stacks.get(nameOrId) ?? this.listStacks().find(({ id }) => id === nameOrId);
  }

  removeStack(name: string): boolean {
    return this.stacks.delete(name);
  }

  listStacks(): Stack[] {
    return [...this.stacks.values()];
  }

  putDetails(endpointName: string, details: EndpointDetails): void {
    this.details.set(endpointName, { ...details, updatedAt: new Date() });
  }

  detailsOf(endpointName: string): HeldDetails {
    return this.details.get(endpointName) ?? { ...inService, updatedAt: this.startedAt };
  }

  countCall(name: string): void {
    this.calls.set(name, (this.calls.get(name) ?? 0) + 1);
  }

  /** Authenticated calls so far, by `service.Operation`. */
  callCounts(): Record<string, number> {
    return Object.fromEntries(this.calls);
  }
}
