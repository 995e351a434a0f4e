import type { Logger } from '#platform';
import {
  createControlPlaneClients,
  type ControlPlaneClients,
  type ControlPlaneOptions,
} from './control-plane-clients.js';
import type { DiscoveredModel } from './discovered-model.js';
import { EndpointReader, type ListedEndpoint } from './endpoint-reader.js';
import { ModelSource } from './model-source.port.js';
import { readEmdKeys, type EmdKeys } from './read-emd-keys.js';
import { StackReader } from './stack-reader.js';

export interface AwsModelSourceOptions {
  readonly stacks: boolean;
  readonly tags: boolean;
  /** Name of the secret that holds EMD's keys. */
  readonly keysSecret: string;
  readonly controlPlane: ControlPlaneOptions;
}

type Endpoints = ReadonlyMap<string, ListedEndpoint>;

/** EMD's stacks and keys, and SageMaker endpoints by tag, of one account and region. */
export class AwsModelSource extends ModelSource {
  private readonly clients: ControlPlaneClients;
  private readonly stacks: StackReader;
  private readonly endpoints: EndpointReader;

  constructor(
    private readonly options: AwsModelSourceOptions,
    private readonly logger: Logger,
  ) {
    super();
    this.clients = createControlPlaneClients(options.controlPlane);
    this.stacks = new StackReader(this.clients.cloudFormation);
    this.endpoints = new EndpointReader(this.clients.sageMaker);
  }

  async readModels(signal: AbortSignal): Promise<readonly DiscoveredModel[]> {
    const { stacks, tags } = this.options;
    const stackModels = stacks ? await this.stacks.read(signal) : [];
    const onSageMaker = stackModels.some(({ target }) => target.kind === 'sagemaker');
    const endpoints = tags || onSageMaker ? await this.listEndpoints(signal) : undefined;
    const found = stackModels.flatMap((model) => withStatus(model, endpoints));
    if (!tags || endpoints === undefined) return found;
    const taken = new Set(stackModels.map(({ target }) => (target.kind === 'sagemaker' ? target.endpoint : '')));
    const others = [...endpoints.values()].filter(({ name }) => !taken.has(name));
    return [...found, ...(await this.endpoints.readTagged(others, signal))];
  }

  async readKeys(signal: AbortSignal): Promise<EmdKeys> {
    return this.options.stacks ? readEmdKeys(this.clients.secrets, this.options.keysSecret, signal) : new Map();
  }

  close(): void {
    this.clients.close();
  }

  /** @returns undefined where permission is missing and stacks can do without: the role of EMD's own router has none. */
  private async listEndpoints(signal: AbortSignal): Promise<Endpoints | undefined> {
    try {
      return await this.endpoints.list(signal);
    } catch (error) {
      const isDenied = error instanceof Error && error.name === 'AccessDeniedException';
      if (!isDenied || this.options.tags) throw error;
      this.logger.warn(
        'The status of endpoints cannot be read: grant sagemaker:ListEndpoints, so that models whose endpoint is down leave the list',
      );
      return undefined;
    }
  }
}

/** A stack outlives an endpoint that was deleted by hand; such a model is gone. */
function withStatus(model: DiscoveredModel, endpoints: Endpoints | undefined): readonly DiscoveredModel[] {
  if (model.target.kind !== 'sagemaker' || endpoints === undefined) return [model];
  const endpoint = endpoints.get(model.target.endpoint);
  if (endpoint === undefined) return [];
  return [endpoint.unavailable === undefined ? model : { ...model, unavailable: endpoint.unavailable }];
}
