import type { Logger } from '#platform';
import type { ObjectExchange } from '#storage';
import { membersOf } from '../catalog/members-of.js';
import type { ModelEntry } from '../catalog/model-entry.types.js';
import type { InferenceConfig } from '../inference.config.js';
import { HttpTransport } from './http/http-transport.js';
import type { Carriers } from './routing-transport.js';
import { AsyncSageMakerTransport } from './sagemaker/async/async-sagemaker-transport.js';
import { FastSageMakerTransport } from './sagemaker/fast/fast-sagemaker-transport.js';
import { OpenAiRouteTransport } from './sagemaker/openai-route/openai-route-transport.js';
import { SdkSageMakerTransport } from './sagemaker/sdk/sdk-sagemaker-transport.js';
import type { Transport } from './transport.port.js';

export interface TransportServices {
  readonly logger: Logger;
  /** Without it no model is reached through S3. */
  readonly exchange?: ObjectExchange | undefined;
}

/**
 * All ways to models. Regions that the entries name are connected to at once, so that what is missing for them shows at
 * start; those of entries that come later with their first call.
 *
 * @throws ConfigurationError when a region or an endpoint of SageMaker cannot be found.
 */
export async function openTransports(
  config: InferenceConfig,
  entries: readonly ModelEntry[],
  { logger, exchange }: TransportServices,
): Promise<Carriers> {
  const signed = await openSigned(config, entries, logger);
  const route = entries.filter(({ transports }) => transports.includes('openai-route'));
  return {
    invoke: signed,
    'invoke-stream': signed,
    'openai-route': await OpenAiRouteTransport.open(config.sageMaker, regionsOf(route), logger),
    http: new HttpTransport(config.sageMaker),
    ...(exchange === undefined
      ? {}
      : { async: new AsyncSageMakerTransport({ sageMaker: config.sageMaker, exchange, logger }) }),
  };
}

async function openSigned(config: InferenceConfig, entries: readonly ModelEntry[], logger: Logger): Promise<Transport> {
  if (config.transport === 'sdk') return new SdkSageMakerTransport(config.sageMaker);
  const signed = entries.filter(({ transports }) => transports.some((name) => name.startsWith('invoke')));
  return FastSageMakerTransport.open(config.sageMaker, regionsOf(signed), logger);
}

function regionsOf(entries: readonly ModelEntry[]): readonly string[] {
  return [...new Set(entries.flatMap(membersOf).map(({ target }) => target.region ?? ''))];
}
