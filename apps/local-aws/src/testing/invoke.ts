import {
  InvokeEndpointCommand,
  InvokeEndpointWithResponseStreamCommand,
  type SageMakerRuntimeClient,
} from '@aws-sdk/client-sagemaker-runtime';

export const endpointNames = {
  jsonLinesChat: 'EMD-Model-qwen2-5-7b-instruct-endpoint',
  sseChat: 'EMD-Model-llama-3-3-70b-instruct-endpoint',
  vision: 'EMD-Model-qwen2-vl-7b-instruct-endpoint',
  embedding: 'EMD-Model-bge-m3-endpoint',
  rerank: 'EMD-Model-bge-reranker-v2-m3-endpoint',
  emdSpeech: 'EMD-Model-whisper-endpoint',
  formSpeech: 'vllm-whisper-endpoint',
} as const;

/** A chat body with one user message. */
export function say(text: string, more: object = {}): object {
  return { messages: [{ role: 'user', content: text }], ...more };
}

/** InvokeEndpoint with a JSON body; gives the JSON that the container answered. */
export async function invoke(client: SageMakerRuntimeClient, endpointName: string, body: object): Promise<unknown> {
  const { Body } = await client.send(
    new InvokeEndpointCommand({
      EndpointName: endpointName,
      ContentType: 'application/json',
      Body: JSON.stringify(body),
    }),
  );
  return JSON.parse(Buffer.from(Body).toString('utf8')) as unknown;
}

export interface ReadStream {
  readonly parts: readonly Buffer[];
  /** Thrown from the iterator after the parts that came before. */
  readonly error: unknown;
  readonly contentType: string | undefined;
  readonly variant: string | undefined;
}

/** InvokeEndpointWithResponseStream, read to its end whatever that is. */
export async function invokeStream(
  client: SageMakerRuntimeClient,
  endpointName: string,
  body: object,
): Promise<ReadStream> {
  const response = await client.send(
    new InvokeEndpointWithResponseStreamCommand({
      EndpointName: endpointName,
      ContentType: 'application/json',
      Body: JSON.stringify(body),
    }),
  );
  const parts: Buffer[] = [];
  let error: unknown;
  try {
    for await (const event of response.Body ?? []) {
      if (event.PayloadPart?.Bytes !== undefined) parts.push(Buffer.from(event.PayloadPart.Bytes));
    }
  } catch (caught) {
    error = caught;
  }
  return { parts, error, contentType: response.ContentType, variant: response.InvokedProductionVariant };
}

/** What a promise rejects with; fails where it resolves. */
export async function rejectionOf(promise: Promise<unknown>): Promise<Record<string, unknown>> {
  try {
    await promise;
  } catch (error) {
    return error as Record<string, unknown>;
  }
  throw new Error('expected a rejection');
}
