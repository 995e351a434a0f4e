import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { completeConfig, type LocalAwsConfig, type LocalAwsOptions } from './config.js';
import { createBuckets } from './create-buckets.js';
import type { ControlPlaneState } from './control-plane/control-plane-state.js';
import type { FaultPlan } from './faults/fault-plan.js';
import { openServices, type Services } from './open-services.js';
import type { RequestHandler } from './sagemaker/create-sagemaker-handler.js';
import type { Credentials } from './signature/verify-signature.js';
import type { WitnessLog } from './witness/witness-log.js';

/** The stand-in for AWS while it runs. */
export interface LocalAws {
  /** Endpoint of both services, to be given to an SDK. */
  readonly url: string;
  readonly port: number;
  readonly credentials: Credentials;
  readonly faults: FaultPlan;
  readonly witness: WitnessLog;
  /** Stacks, secrets, and status and tags of endpoints. */
  readonly controlPlane: ControlPlaneState;
  /** Authenticated S3 requests so far, by operation. */
  s3RequestCount(): Record<string, number>;
  /** Stops, once: connections that are open are cut, and everything is on disk when it returns. */
  close(): Promise<void>;
}

// Longer than clients keep idle connections, so that none of them sends into a connection that is just being closed.
const keepAliveTimeoutMs = 75_000;

/**
 * Starts the stand-in.
 * @throws Error with one clear line where the port is taken or the data folder cannot be written
 */
export async function startLocalAws(options: LocalAwsOptions): Promise<LocalAws> {
  const config = completeConfig(options);
  // The port comes first: it is what keeps two processes from opening one data folder by mistake.
  const server = createServer({ keepAliveTimeout: keepAliveTimeoutMs });
  const front = new Front(server, config);
  const port = await listen(server, config);
  const url = `http://${reachableHost(config.host)}:${port}`;
  let services: Services;
  try {
    services = await openServices(config, url);
  } catch (error) {
    server.close();
    throw describeOpenError(error, config.dataDir);
  }
  front.open(services.handle);
  let closing: Promise<void> | undefined;
  const close = () => (closing ??= stop());
  const stop = async () => {
    server.close();
    await services.asyncInferences.close();
    await services.s3?.close();
    server.closeAllConnections();
    await front.drain();
    services.objects.close();
    services.witness.close();
  };
  try {
    if (services.s3 !== undefined) {
      const { credentials, s3TimeoutMs } = config;
      await createBuckets(config.buckets, { endpoint: url, credentials, timeoutMs: s3TimeoutMs });
    }
  } catch (error) {
    await close();
    throw error;
  }
  return {
    url,
    port,
    credentials: config.credentials,
    faults: services.faults,
    witness: services.witness,
    controlPlane: services.controlPlane,
    s3RequestCount: () => services.s3?.requestCount() ?? {},
    close,
  };
}

/** Hands requests to the services once these are open, and knows which are still being answered. */
class Front {
  private readonly inProgress = new Set<Promise<void>>();
  private handle: RequestHandler | undefined;

  constructor(server: Server, config: LocalAwsConfig) {
    server.on('request', (request, response) => {
      if (this.handle === undefined) {
        request.resume();
        response.writeHead(503, { 'retry-after': '1' }).end();
        return;
      }
      const work = this.handle(request, response)
        .catch((error: unknown) => {
          config.log(error instanceof Error ? (error.stack ?? error.message) : String(error));
          response.destroy();
        })
        .finally(() => this.inProgress.delete(work));
      this.inProgress.add(work);
    });
  }

  open(handle: RequestHandler): void {
    this.handle = handle;
  }

  async drain(): Promise<void> {
    await Promise.all(this.inProgress);
  }
}

async function listen(server: Server, { host, port }: LocalAwsConfig): Promise<number> {
  server.listen(port, host);
  try {
    await once(server, 'listening');
  } catch (error) {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    const reason = code === 'EADDRINUSE' ? 'it is taken by another process' : String(error);
    throw new Error(`cannot listen on port ${port} of ${host}: ${reason}`, { cause: error });
  }
  return (server.address() as AddressInfo).port;
}

/** An address to listen on may stand for all of them, which is none to connect to. */
function reachableHost(host: string): string {
  if (host === '0.0.0.0' || host === '::') return '127.0.0.1';
  return host.includes(':') ? `[${host}]` : host;
}

function describeOpenError(error: unknown, dataDir: string): unknown {
  if (!(error instanceof Error && 'syscall' in error)) return error;
  return new Error(`cannot use the data folder ${dataDir}: ${error.message}`, { cause: error });
}
