import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createSecureContext } from 'node:tls';
import { ConfigurationError } from '#platform';

/** Where a certificate and its private key are, both in PEM. */
export interface CertificateFiles {
  /** The server's own certificate first, then those that vouch for it. */
  readonly certFile: string;
  readonly keyFile: string;
}

export interface Certificate {
  readonly cert: string;
  readonly key: string;
  readonly expiresAtMs: number;
}

/** @throws ConfigurationError when a file cannot be read, is no PEM, or the key is that of another certificate. */
export async function readCertificate({ certFile, keyFile }: CertificateFiles): Promise<Certificate> {
  const [cert, key] = await Promise.all([
    readPem('SLUICE_TLS_CERT_FILE', certFile),
    readPem('SLUICE_TLS_KEY_FILE', keyFile),
  ]);
  try {
    createSecureContext({ cert, key });
    return { cert, key, expiresAtMs: Date.parse(new X509Certificate(cert).validTo) };
  } catch (error) {
    throw new ConfigurationError(
      `SLUICE_TLS_CERT_FILE '${certFile}' and SLUICE_TLS_KEY_FILE '${keyFile}' cannot be used together: ${reasonOf(error)}. ` +
        'They must be PEM files of one certificate and its unencrypted private key.',
      { cause: error },
    );
  }
}

async function readPem(variable: string, path: string): Promise<string> {
  try {
    return await readFile(path, 'utf8');
  } catch (error) {
    throw new ConfigurationError(`${variable} '${path}' cannot be read: ${reasonOf(error)}.`, { cause: error });
  }
}

function reasonOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
