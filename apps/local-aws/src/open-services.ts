import { mkdir } from 'node:fs/promises';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { join } from 'node:path';
import type { LocalAwsConfig } from './config.js';
import { ControlPlaneState } from './control-plane/control-plane-state.js';
import { createControlPlaneHandler, isControlPlaneCall } from './control-plane/create-control-plane-handler.js';
import { createControlHandler } from './control/create-control-handler.js';
import { FaultPlan } from './faults/fault-plan.js';
import { createS3Handler } from './s3/create-s3-handler.js';
import type { S3Handler } from './s3/s3-handler.js';
import { AsyncInferences } from './sagemaker/async/async-inferences.js';
import { ObjectAccess } from './sagemaker/async/object-access.js';
import { createSageMakerHandler, type RequestHandler } from './sagemaker/create-sagemaker-handler.js';
import { completeEndpoint } from './sagemaker/endpoints/complete-endpoint.js';
import { EndpointRegistry } from './sagemaker/endpoints/endpoint-registry.js';
import { WitnessLog } from './witness/witness-log.js';

/** Everything that listens behind the one port. */
export interface Services {
  readonly faults: FaultPlan;
  readonly witness: WitnessLog;
  readonly s3: S3Handler | undefined;
  readonly asyncInferences: AsyncInferences;
  readonly objects: ObjectAccess;
  readonly controlPlane: ControlPlaneState;
  readonly handle: RequestHandler;
}

/** @param ownUrl where this process itself is reached */
export async function openServices(config: LocalAwsConfig, ownUrl: string): Promise<Services> {
  const { credentials, dataDir, log } = config;
  const endpointDefaults = {
    tokenDelayMs: config.tokenDelayMs,
    payloadLimitBytes: config.payloadLimitBytes,
    invocationTimeoutMs: config.invocationTimeoutMs,
    streamTimeoutMs: config.streamTimeoutMs,
    bucket: config.buckets[0] ?? 'sluice',
  };
  const registry = new EndpointRegistry(
    config.endpoints.map((input) => completeEndpoint(input, endpointDefaults)),
    config.seed,
  );
  const faults = new FaultPlan();
  await mkdir(dataDir, { recursive: true });
  const witness = new WitnessLog(join(dataDir, 'witness.jsonl'));
  const s3 =
    config.s3 === 'on'
      ? await createS3Handler({
          dataDir: join(dataDir, 's3'),
          credentials,
          faults,
          durable: config.s3Durable,
          onInternalError: (error) => log(`S3: ${error instanceof Error ? error.stack : String(error)}`),
        })
      : undefined;
  const objects = new ObjectAccess({
    endpoint: config.s3Endpoint ?? ownUrl,
    credentials,
    timeoutMs: config.s3TimeoutMs,
  });
  const asyncInferences = new AsyncInferences({
    objects,
    witness,
    notificationTimeoutMs: config.notificationTimeoutMs,
    log,
  });
  const { seed, payloadLimitBytes, asyncSecondMs } = config;
  const handleSageMaker = createSageMakerHandler({
    registry,
    credentials,
    payloadLimitBytes,
    asyncSecondMs,
    log,
    witness,
    faults,
    asyncInferences,
    seed,
  });
  const controlPlane = new ControlPlaneState(registry);
  const handleControlPlane = createControlPlaneHandler({ state: controlPlane, faults, credentials, log });
  const handleControl = createControlHandler({ faults, witness, registry, endpointDefaults, controlPlane });
  const handle = async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    const url = request.url ?? '/';
    if (/^\/_control(?:[/?]|$)/.test(url)) return handleControl(request, response);
    if (url.startsWith('/endpoints/')) return handleSageMaker(request, response);
    if (isControlPlaneCall(request)) return handleControlPlane(request, response);
    if (s3 !== undefined) return s3.handle(request, response);
    request.resume();
    response.writeHead(404, { 'content-type': 'text/plain' }).end('S3 is switched off here.\n');
  };
  return { faults, witness, s3, asyncInferences, objects, controlPlane, handle };
}
