import { parseArgs } from 'node:util';
import type { KeyLimits, KeyRecord } from '../key-record.js';
import { TENANT } from '../parse-keys-file.js';
import { readLimits, readModels, readRoutes } from '../read-grants.js';
import { KeysCommandError } from './keys-command-error.js';

const USAGE = `npm run keys -- <command>

  create [--tenant default] [--name text] [--models a,b*] [--routes realtime,bulk,admin] [--expires 30d|<ISO time>]
         [--requests-per-minute n] [--tokens-per-minute n] [--concurrent-requests n]
  list   [--json]
  rotate <id> [--grace 1h]     a new key with the same tenant, scopes and limits; the old one ends now or after the grace
  revoke <id>`;

/** What a key may do, as the options say. */
type Grants = Pick<KeyRecord, 'models' | 'routes' | 'limits' | 'expiresAtMs'>;

export type KeysCommand =
  | { readonly kind: 'create'; readonly tenant: string; readonly name: string | undefined; readonly grants: Grants }
  | { readonly kind: 'list'; readonly asJson: boolean }
  | { readonly kind: 'rotate'; readonly id: string; readonly graceMs: number }
  | { readonly kind: 'revoke'; readonly id: string };

const OPTIONS = {
  tenant: { type: 'string', default: 'default' },
  name: { type: 'string' },
  models: { type: 'string' },
  routes: { type: 'string' },
  expires: { type: 'string' },
  'requests-per-minute': { type: 'string' },
  'tokens-per-minute': { type: 'string' },
  'concurrent-requests': { type: 'string' },
  grace: { type: 'string', default: '0s' },
  json: { type: 'boolean', default: false },
} as const;

const UNIT_MS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** @throws KeysCommandError saying which option is wrong. */
export function readCommand(args: readonly string[], nowMs: number): KeysCommand {
  const { positionals, values } = parse(args);
  const [kind, id, ...rest] = positionals;
  if (rest.length > 0) throw new KeysCommandError(`'${rest.join(' ')}' is too much.\n\n${USAGE}`);
  switch (kind) {
    case 'create':
      if (id !== undefined) throw new KeysCommandError(`'${id}' is too much.\n\n${USAGE}`);
      if (!TENANT.test(values.tenant)) throw new KeysCommandError(`--tenant must match ${TENANT.source}.`);
      return { kind, tenant: values.tenant, name: values.name, grants: readGrants(values, nowMs) };
    case 'list':
      return { kind, asJson: values.json };
    case 'rotate':
      return { kind, id: needId(id), graceMs: readDuration('--grace', values.grace) };
    case 'revoke':
      return { kind, id: needId(id) };
    default:
      throw new KeysCommandError(USAGE);
  }
}

function parse(args: readonly string[]): ReturnType<typeof parseOptions> {
  try {
    return parseOptions(args);
  } catch (error) {
    throw new KeysCommandError(`${error instanceof Error ? error.message : String(error)}\n\n${USAGE}`, {
      cause: error,
    });
  }
}

function parseOptions(args: readonly string[]) {
  return parseArgs({ args: [...args], options: OPTIONS, allowPositionals: true });
}

type Values = ReturnType<typeof parseOptions>['values'];

function readGrants(values: Values, nowMs: number): Grants {
  const refuse = (field: string, rule: string): never => {
    throw new KeysCommandError(`--${toOption(field)} must be ${rule}.`);
  };
  return {
    models: readModels(split(values.models), refuse),
    routes: readRoutes(split(values.routes), refuse),
    limits: readLimits(limitsOf(values), refuse),
    expiresAtMs: values.expires === undefined ? undefined : readExpiry(values.expires, nowMs),
  };
}

/** `limits.requestsPerMinute` of a keys file is `requests-per-minute` on a command line. */
function toOption(field: string): string {
  return field.replace('limits.', '').replaceAll(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);
}

function limitsOf(values: Values): KeyLimits {
  const limits = {
    requestsPerMinute: values['requests-per-minute'],
    tokensPerMinute: values['tokens-per-minute'],
    concurrentRequests: values['concurrent-requests'],
  };
  const given = Object.entries(limits).filter(([, text]) => text !== undefined);
  return Object.fromEntries(given.map(([name, text]) => [name, Number(text)]));
}

function readExpiry(text: string, nowMs: number): number {
  if (/^\d+[smhd]$/.test(text)) return nowMs + readDuration('--expires', text);
  const atMs = Date.parse(text);
  if (Number.isNaN(atMs) || atMs <= nowMs)
    throw new KeysCommandError(`--expires must be a duration like 30d or a time to come like 2030-01-31T12:00:00Z.`);
  return atMs;
}

function readDuration(option: string, text: string): number {
  const [, count, unit = ''] = /^(\d{1,6})([smhd])$/.exec(text) ?? [];
  const unitMs = UNIT_MS[unit];
  if (count === undefined || unitMs === undefined)
    throw new KeysCommandError(`${option} must be a duration like 90s, 15m, 1h or 30d.`);
  return Number(count) * unitMs;
}

function split(text: string | undefined): string[] | undefined {
  return text?.split(',').flatMap((part) => (part.trim() === '' ? [] : [part.trim()]));
}

function needId(id: string | undefined): string {
  if (id === undefined) throw new KeysCommandError(`Which key? Give its id; 'npm run keys -- list' shows them.`);
  return id;
}
