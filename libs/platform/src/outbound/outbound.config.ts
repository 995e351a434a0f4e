import { ConfigurationError, readBoolean, readString, type Environment } from '../config/environment.js';
import { parseAllowList, type AllowList } from './allow-list.js';

/** Which of the addresses that stand in callers' requests are called. */
export interface OutboundConfig {
  readonly allow: AllowList;
  /** Whether public addresses may be called; else only what the list names. */
  readonly publicAddresses: boolean;
  /** Whether what the list names may be called without TLS. */
  readonly plainHttp: boolean;
  readonly ports: ReadonlySet<number> | 'any';
}

const PORTS = 'SLUICE_OUTBOUND_PORTS';
const MAX_PORT = 65_535;

/** @throws ConfigurationError */
export function readOutboundConfig(environment: Environment): OutboundConfig {
  return Object.freeze({
    allow: parseAllowList('SLUICE_OUTBOUND_ALLOW', readString(environment, 'SLUICE_OUTBOUND_ALLOW', '')),
    publicAddresses: readBoolean(environment, 'SLUICE_OUTBOUND_PUBLIC', true),
    plainHttp: readBoolean(environment, 'SLUICE_OUTBOUND_HTTP', false),
    ports: readPorts(readString(environment, PORTS, '443,8443')),
  });
}

function readPorts(text: string): ReadonlySet<number> | 'any' {
  if (text === 'any') return 'any';
  const ports = text.split(',').map((part) => Number(part.trim()));
  if (ports.every((port) => Number.isInteger(port) && port > 0 && port <= MAX_PORT)) return new Set(ports);
  throw new ConfigurationError(`${PORTS} must be ports with commas between them, or any, but is '${text}'.`);
}
