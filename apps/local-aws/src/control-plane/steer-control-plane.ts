import type { IncomingMessage, ServerResponse } from 'node:http';
import { isFields, type Fields } from '../engines/read-fields.js';
import { readRequestBody } from '../sagemaker/wire/read-request-body.js';
import type { ControlPlaneState } from './control-plane-state.js';

interface Answer {
  readonly status: number;
  readonly data?: unknown;
}

type Route = (name: string, body: unknown, state: ControlPlaneState) => Answer;

const maxBodyBytes = 1024 * 1024;

const routes: Readonly<Record<string, Route>> = {
  'GET stacks': (_name, _body, state) => ({ status: 200, data: state.listStacks() }),
  'PUT stacks': (name, body, state) => {
    const fields = readFields(body, ['status', 'outputs', 'parameters']);
    const { status } = fields;
    if (status !== undefined && typeof status !== 'string') throw new TypeError('status must be a string');
    const stack = state.putStack({
      name: named(name),
      status: status ?? 'CREATE_COMPLETE',
      outputs: readTexts(fields, 'outputs'),
      parameters: readTexts(fields, 'parameters'),
    });
    return { status: 200, data: stack };
  },
  'DELETE stacks': (name, _body, state) => removed(state.removeStack(named(name))),
  'PUT secrets': (name, body, state) => {
    state.secrets.set(named(name), typeof body === 'string' ? body : JSON.stringify(body));
    return { status: 204 };
  },
  'DELETE secrets': (name, _body, state) => removed(state.secrets.delete(named(name))),
  'PUT endpoint-details': (name, body, state) => {
    const fields = readFields(body, ['status', 'tags']);
    const { status = 'InService' } = fields;
    if (typeof status !== 'string') throw new TypeError('status must be a string');
    if (state.registry.find(named(name)) === undefined) throw new TypeError(`there is no endpoint ${name}`);
    state.putDetails(name, { status, tags: readTexts(fields, 'tags') });
    return { status: 204 };
  },
  'GET control-plane-calls': (_name, _body, state) => ({ status: 200, data: state.callCounts() }),
};

const path = /^\/_control\/(stacks|secrets|endpoint-details|control-plane-calls)(?:\/([^/?]+))?(?:\?|$)/;

/** Whether a request of the control route is about what the control plane knows. */
export function steersControlPlane(url: string): boolean {
  return path.test(url);
}

/** Answers `/_control/stacks`, `/_control/secrets`, `/_control/endpoint-details` and `/_control/control-plane-calls`. */
export async function steerControlPlane(
  request: IncomingMessage,
  response: ServerResponse,
  state: ControlPlaneState,
): Promise<void> {
  const body = await readRequestBody(request, maxBodyBytes);
  const { status, data } = answer(request, body, state);
  response.writeHead(status, data === undefined ? {} : { 'content-type': 'application/json' });
  response.end(data === undefined ? undefined : JSON.stringify(data));
}

function answer({ method, url }: IncomingMessage, body: Buffer | undefined, state: ControlPlaneState): Answer {
  const [, kind = '', name = ''] = path.exec(url ?? '') ?? [];
  const route = routes[`${method} ${kind}`];
  if (route === undefined) return { status: 404, data: { error: `no such route: ${method} ${url}` } };
  if (body === undefined) return { status: 400, data: { error: `the body is longer than ${maxBodyBytes} bytes` } };
  try {
    const text = body.toString('utf8');
    return route(decodeURIComponent(name), text === '' ? undefined : JSON.parse(text), state);
  } catch (error) {
    if (error instanceof TypeError || error instanceof SyntaxError || error instanceof URIError) {
      return { status: 400, data: { error: error.message } };
    }
    throw error;
  }
}

function named(name: string): string {
  if (name === '') throw new TypeError('the path must end in a name');
  return name;
}

function readFields(body: unknown, known: readonly string[]): Fields {
  if (!isFields(body)) throw new TypeError('the body must be an object');
  const unknown = Object.keys(body).find((name) => !known.includes(name));
  if (unknown !== undefined) throw new TypeError(`${unknown} is not known here; known are: ${known.join(', ')}`);
  return body;
}

function readTexts(fields: Fields, name: string): Record<string, string> {
  const value = fields[name] ?? {};
  if (!isFields(value)) throw new TypeError(`${name} must be an object`);
  return Object.fromEntries(
    Object.entries(value).map(([key, text]) => {
      if (typeof text !== 'string') throw new TypeError(`${name}.${key} must be a string`);
      return [key, text];
    }),
  );
}

function removed(found: boolean): Answer {
  return found ? { status: 204 } : { status: 404, data: { error: 'there is none of that name' } };
}
