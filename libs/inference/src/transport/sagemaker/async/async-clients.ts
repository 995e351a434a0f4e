import type { SageMakerRuntimeClient } from '@aws-sdk/client-sagemaker-runtime';
import { createSageMakerClient, type SageMakerOptions } from '../sagemaker-client.js';

/** The SDK's clients, one a region; '' is the region of the process. */
export class AsyncClients {
  private readonly clients = new Map<string, SageMakerRuntimeClient>();

  constructor(private readonly options: SageMakerOptions) {}

  of(region = ''): SageMakerRuntimeClient {
    const options = region === '' ? this.options : { ...this.options, region };
    const client = this.clients.get(region) ?? createSageMakerClient(options);
    this.clients.set(region, client);
    return client;
  }

  close(): void {
    for (const client of this.clients.values()) client.destroy();
  }
}
