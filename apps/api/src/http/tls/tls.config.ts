import { ConfigurationError, readInteger, readOptionalString, type Environment } from '#platform';
import type { CertificateFiles } from './read-certificate.js';

/** How connections are encrypted. */
export interface TlsConfig {
  readonly files: CertificateFiles;
  /** Milliseconds between two looks whether the certificate was renewed. */
  readonly reloadMs: number;
}

/** @returns undefined where the port speaks plain HTTP. @throws ConfigurationError when only one of both files is named. */
export function readTlsConfig(environment: Environment): TlsConfig | undefined {
  const certFile = readOptionalString(environment, 'SLUICE_TLS_CERT_FILE');
  const keyFile = readOptionalString(environment, 'SLUICE_TLS_KEY_FILE');
  const reloadMs = readInteger(environment, 'SLUICE_TLS_RELOAD_MS', { fallback: 10_000, min: 100, max: 3_600_000 });
  if (certFile === undefined && keyFile === undefined) return undefined;
  if (certFile === undefined || keyFile === undefined) {
    throw new ConfigurationError(
      `${certFile === undefined ? 'SLUICE_TLS_CERT_FILE' : 'SLUICE_TLS_KEY_FILE'} is not set. TLS needs both SLUICE_TLS_CERT_FILE and SLUICE_TLS_KEY_FILE.`,
    );
  }
  return Object.freeze({ files: Object.freeze({ certFile, keyFile }), reloadMs });
}
