import type { IncomingMessage, ServerResponse } from 'node:http';
import type { ControlPlaneState } from '../control-plane/control-plane-state.js';
import { steerControlPlane, steersControlPlane } from '../control-plane/steer-control-plane.js';
import type { FaultPlan } from '../faults/fault-plan.js';
import type { EndpointDefaults } from '../sagemaker/endpoints/complete-endpoint.js';
import { completeEndpoint } from '../sagemaker/endpoints/complete-endpoint.js';
import type { EndpointRegistry } from '../sagemaker/endpoints/endpoint-registry.js';
import { readRequestBody } from '../sagemaker/wire/read-request-body.js';
import type { WitnessLog } from '../witness/witness-log.js';
import { isFields } from '../engines/read-fields.js';
import { parseFault } from './parse-fault.js';

export interface ControlHandlerOptions {
  readonly faults: FaultPlan;
  readonly witness: WitnessLog;
  readonly registry: EndpointRegistry;
  readonly endpointDefaults: EndpointDefaults;
  readonly controlPlane: ControlPlaneState;
}

interface ControlRequest {
  readonly path: readonly string[];
  readonly query: URLSearchParams;
  readonly body: () => Promise<unknown>;
}

interface ControlAnswer {
  readonly status: number;
  readonly data?: unknown;
}

type Route = (request: ControlRequest, options: ControlHandlerOptions) => ControlAnswer | Promise<ControlAnswer>;

const maxBodyBytes = 1024 * 1024;

const routes: Readonly<Record<string, Route>> = {
  'GET health': () => ({ status: 200, data: { status: 'ok' } }),
  'GET faults': (_request, { faults }) => ({ status: 200, data: faults.list() }),
  'POST faults': addFaults,
  'DELETE faults': (request, { faults }) => {
    const id = request.path[1];
    if (id !== undefined) return removed(faults.remove(id), `fault ${id}`);
    faults.clear();
    return { status: 204 };
  },
  'GET witness': listWitness,
  'DELETE witness': (_request, { witness }) => {
    witness.clear();
    return { status: 204 };
  },
  'GET endpoints': (_request, { registry }) => ({ status: 200, data: registry.list() }),
  'PUT endpoints': putEndpoint,
  'DELETE endpoints': ({ path }, { registry }) => {
    const name = path[1];
    if (name === undefined) throw new TypeError('the path must name the endpoint: /_control/endpoints/{name}');
    return removed(registry.remove(name), `endpoint ${name}`);
  },
};

/** Serves `/_control/…`: how tests steer the stand-in and see what it was asked. Unsigned, and for this machine only. */
export function createControlHandler(options: ControlHandlerOptions) {
  return async (request: IncomingMessage, response: ServerResponse): Promise<void> => {
    if (!isLoopback(request.socket.remoteAddress)) {
      request.resume();
      send(response, { status: 403, data: { error: 'the control route answers to this machine only' } });
      return;
    }
    if (steersControlPlane(request.url ?? '')) return steerControlPlane(request, response, options.controlPlane);
    send(response, await answer(request, options));
  };
}

async function answer(request: IncomingMessage, options: ControlHandlerOptions): Promise<ControlAnswer> {
  const url = new URL(request.url ?? '/', 'http://local');
  const path = url.pathname.split('/').filter(Boolean).slice(1).map(decodeURIComponent);
  const route = routes[`${request.method} ${path[0] ?? ''}`];
  const body = async () => parseJson(await readRequestBody(request, maxBodyBytes));
  if (route === undefined || path.length > 2) {
    request.resume();
    return { status: 404, data: { error: `no such route: ${request.method} ${url.pathname}` } };
  }
  try {
    return await route({ path, query: url.searchParams, body }, options);
  } catch (error) {
    if (error instanceof TypeError || error instanceof RangeError || error instanceof SyntaxError) {
      return { status: 400, data: { error: error.message } };
    }
    throw error;
  }
}

async function addFaults(
  { body }: ControlRequest,
  { faults, registry }: ControlHandlerOptions,
): Promise<ControlAnswer> {
  const input = await body();
  const inputs: readonly unknown[] = Array.isArray(input) ? input : [input];
  // All are checked before the first is added, so that a refusal leaves nothing behind.
  const parsed = inputs.map((fault) => parseFault(fault, (name) => registry.find(name) !== undefined));
  return { status: 201, data: { ids: parsed.map((fault) => faults.add(fault)) } };
}

function listWitness({ query }: ControlRequest, { witness }: ControlHandlerOptions): ControlAnswer {
  const since = Number(query.get('since') ?? 0);
  if (!Number.isInteger(since) || since < 0) throw new TypeError('since must be a sequence number');
  const endpoint = query.get('endpoint');
  return { status: 200, data: witness.list({ since, ...(endpoint !== null && { endpoint }) }) };
}

async function putEndpoint({ path, body }: ControlRequest, options: ControlHandlerOptions): Promise<ControlAnswer> {
  const name = path[1];
  if (name === undefined) throw new TypeError('the path must name the endpoint: /_control/endpoints/{name}');
  const input = await body();
  if (!isFields(input)) throw new TypeError('an endpoint must be an object');
  if (input['name'] !== undefined && input['name'] !== name) throw new TypeError('name must be the one in the path');
  const definition = completeEndpoint({ ...input, name }, options.endpointDefaults);
  options.registry.put(definition);
  return { status: 200, data: definition };
}

function removed(found: boolean, what: string): ControlAnswer {
  return found ? { status: 204 } : { status: 404, data: { error: `there is no ${what}` } };
}

function parseJson(body: Buffer | undefined): unknown {
  if (body === undefined) throw new RangeError(`the body must not be longer than ${maxBodyBytes} bytes`);
  return JSON.parse(body.toString('utf8'));
}

function isLoopback(address: string | undefined): boolean {
  return address !== undefined && /^(?:::ffff:)?127\.|^::1$/.test(address);
}

function send(response: ServerResponse, { status, data }: ControlAnswer): void {
  if (data === undefined) {
    response.writeHead(status).end();
    return;
  }
  const body = Buffer.from(JSON.stringify(data));
  response.writeHead(status, { 'content-type': 'application/json', 'content-length': body.length }).end(body);
}
