import {
  DescribeEndpointCommand,
  ListTagsCommand,
  paginateListEndpoints,
  type EndpointSummary,
  type SageMakerClient,
} from '@aws-sdk/client-sagemaker';
import { ADAPTER_NAMES, MODEL_TYPES } from '../model-entry.types.js';
import { withTag, type DiscoveredModel } from './discovered-model.js';
import { mapBounded } from './map-bounded.js';

/** By these tags an endpoint says that it is a model, and which. */
const MODEL_TAG = 'sluice:model';
const TYPE_TAG = 'sluice:type';
const ADAPTER_TAG = 'sluice:adapter';

/** The old instances of an endpoint answer while it is updated, rolled back, or stuck in either. */
const SERVING_STATUSES: ReadonlySet<string> = new Set([
  'InService',
  'Updating',
  'SystemUpdating',
  'RollingBack',
  'UpdateRollbackFailed',
]);
const PAGE_SIZE = 100;

export interface ListedEndpoint {
  readonly name: string;
  readonly arn: string;
  /** Changes whenever the endpoint does. */
  readonly version: string;
  /** Unset while it serves; else its status. */
  readonly unavailable?: string;
}

/** Reads SageMaker's endpoints: their status, and which of them are tagged as models. */
export class EndpointReader {
  private asyncKinds: ReadonlyMap<string, boolean> = new Map();

  constructor(private readonly client: SageMakerClient) {}

  /** All endpoints of account and region, by name. */
  async list(signal: AbortSignal): Promise<ReadonlyMap<string, ListedEndpoint>> {
    const endpoints = new Map<string, ListedEndpoint>();
    const pages = paginateListEndpoints({ client: this.client, pageSize: PAGE_SIZE }, {}, { abortSignal: signal });
    for await (const { Endpoints = [] } of pages) {
      for (const summary of Endpoints) {
        const endpoint = readSummary(summary);
        if (endpoint !== undefined) endpoints.set(endpoint.name, endpoint);
      }
    }
    return endpoints;
  }

  /** The models among these endpoints, as their tags name them. */
  async readTagged(endpoints: readonly ListedEndpoint[], signal: AbortSignal): Promise<readonly DiscoveredModel[]> {
    const kinds = new Map<string, boolean>();
    const models = await mapBounded(endpoints, async (endpoint): Promise<DiscoveredModel | undefined> => {
      const tags = await this.readTags(endpoint, signal);
      const model = tags?.get(MODEL_TAG);
      if (tags === undefined || !model) return undefined;
      const isAsync = await this.isAsync(endpoint, signal);
      if (isAsync === undefined) return undefined;
      kinds.set(endpoint.version, isAsync);
      const type = MODEL_TYPES.find((name) => name === tags.get(TYPE_TAG));
      const adapter = ADAPTER_NAMES.find((name) => name === tags.get(ADAPTER_TAG));
      return {
        id: withTag(model),
        origin: `endpoint ${endpoint.name}`,
        target: { kind: 'sagemaker', endpoint: endpoint.name },
        isAsync,
        hasKey: false,
        ...(type !== undefined && { type }),
        ...(adapter !== undefined && { adapter }),
        ...(endpoint.unavailable !== undefined && { unavailable: endpoint.unavailable }),
      };
    });
    this.asyncKinds = kinds;
    return models.filter((model) => model !== undefined);
  }

  private async readTags(
    { arn }: ListedEndpoint,
    abortSignal: AbortSignal,
  ): Promise<ReadonlyMap<string, string> | undefined> {
    try {
      // An AWS resource has fifty tags at most, which is one page.
      const { Tags = [] } = await this.client.send(new ListTagsCommand({ ResourceArn: arn }), { abortSignal });
      return new Map(Tags.map(({ Key = '', Value = '' }) => [Key, Value.trim()]));
    } catch (error) {
      return undefinedIfGone(error);
    }
  }

  /** Whether the endpoint takes asynchronous calls; asked once for each version of it. */
  private async isAsync({ name, version }: ListedEndpoint, abortSignal: AbortSignal): Promise<boolean | undefined> {
    const known = this.asyncKinds.get(version);
    if (known !== undefined) return known;
    try {
      const endpoint = await this.client.send(new DescribeEndpointCommand({ EndpointName: name }), { abortSignal });
      return endpoint.AsyncInferenceConfig !== undefined;
    } catch (error) {
      return undefinedIfGone(error);
    }
  }
}

function readSummary(summary: EndpointSummary): ListedEndpoint | undefined {
  const { EndpointName: name, EndpointArn: arn, EndpointStatus: status = 'Unknown', LastModifiedTime } = summary;
  if (name === undefined || arn === undefined) return undefined;
  return {
    name,
    arn,
    version: `${arn} ${status} ${LastModifiedTime?.getTime()}`,
    ...(!SERVING_STATUSES.has(status) && { unavailable: status }),
  };
}

/** SageMaker answers for an endpoint that was deleted since it was listed as if the name were wrong. */
function undefinedIfGone(error: unknown): undefined {
  if (error instanceof Error && (error.name === 'ValidationException' || error.name === 'ValidationError')) return;
  throw error;
}
