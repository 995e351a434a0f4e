import {
  DescribeStacksCommand,
  paginateListStacks,
  type CloudFormationClient,
  type Stack,
  type StackStatus,
  type StackSummary,
} from '@aws-sdk/client-cloudformation';
import type { DiscoveredModel } from './discovered-model.js';
import { mapBounded } from './map-bounded.js';
import { readStack } from './read-stack.js';

const STACK_PREFIX = 'EMD-Model-';

/**
 * Statuses of stacks whose resources exist and serve: an update, a failed one included, leaves the endpoint in service,
 * and whether it really is so is for the endpoint's own status to say.
 */
const SERVING_STATUSES: StackStatus[] = [
  'CREATE_COMPLETE',
  'UPDATE_IN_PROGRESS',
  'UPDATE_COMPLETE_CLEANUP_IN_PROGRESS',
  'UPDATE_COMPLETE',
  'UPDATE_FAILED',
  'UPDATE_ROLLBACK_IN_PROGRESS',
  'UPDATE_ROLLBACK_COMPLETE_CLEANUP_IN_PROGRESS',
  'UPDATE_ROLLBACK_COMPLETE',
  'UPDATE_ROLLBACK_FAILED',
  'IMPORT_COMPLETE',
  'IMPORT_ROLLBACK_COMPLETE',
];

interface Described {
  readonly version: string;
  readonly model: DiscoveredModel | undefined;
}

/** Reads EMD's stacks. What has not changed since the last time is not described again, so a refresh costs a few calls. */
export class StackReader {
  private described: ReadonlyMap<string, Described> = new Map();

  constructor(private readonly client: CloudFormationClient) {}

  /** The models of all stacks that serve, the most recently changed stack first. */
  async read(signal: AbortSignal): Promise<readonly DiscoveredModel[]> {
    const summaries = await this.list(signal);
    const entries = await mapBounded(summaries, async (summary): Promise<readonly [string, Described]> => {
      const { StackId: id = '' } = summary;
      const version = versionOf(summary);
      const known = this.described.get(id);
      if (known?.version === version) return [id, known];
      return [id, { version, model: await this.describe(id, signal) }];
    });
    this.described = new Map(entries);
    return entries.flatMap(([, { model }]) => (model === undefined ? [] : [model]));
  }

  private async list(signal: AbortSignal): Promise<readonly StackSummary[]> {
    const found: StackSummary[] = [];
    const pages = paginateListStacks(
      { client: this.client },
      { StackStatusFilter: SERVING_STATUSES },
      { abortSignal: signal },
    );
    for await (const { StackSummaries = [] } of pages) {
      found.push(...StackSummaries.filter(({ StackName }) => StackName?.startsWith(STACK_PREFIX)));
    }
    return found.toSorted((a, b) => changedAt(b) - changedAt(a));
  }

  private async describe(stackId: string, signal: AbortSignal): Promise<DiscoveredModel | undefined> {
    let stack: Stack | undefined;
    try {
      const { Stacks } = await this.client.send(new DescribeStacksCommand({ StackName: stackId }), {
        abortSignal: signal,
      });
      stack = Stacks?.[0];
    } catch (error) {
      // Deleted since it was listed.
      if (error instanceof Error && error.name === 'ValidationError') return undefined;
      throw error;
    }
    return stack === undefined ? undefined : readStack(stack);
  }
}

function versionOf(summary: StackSummary): string {
  return `${summary.StackStatus} ${changedAt(summary)}`;
}

function changedAt({ LastUpdatedTime, CreationTime }: StackSummary): number {
  return (LastUpdatedTime ?? CreationTime)?.getTime() ?? 0;
}
