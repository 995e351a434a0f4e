import { X509Certificate } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { createSecureContext } from 'node:tls';
import { reasonOf, type Checkup } from '#scripts/doctor/checkup';
import { failure, ok, warning, type Finding } from '#scripts/doctor/finding';

const NAME = 'TLS';
const DAY_MS = 86_400_000;
/** Certificates are renewed a month before their end at the latest where that is done by itself. */
const RENEWAL_DAYS = 14;

/** Whether keys travel encrypted to the api, and for how long still. */
export async function checkTls({ environment }: Pick<Checkup, 'environment'>): Promise<readonly Finding[]> {
  const { SLUICE_TLS_CERT_FILE: certFile, SLUICE_TLS_KEY_FILE: keyFile } = environment;
  // That only one of them is set is said of the configuration.
  if (!certFile || !keyFile) return [judgeClearPort(environment)];
  try {
    const [cert, key] = await Promise.all([readFile(certFile, 'utf8'), readFile(keyFile, 'utf8')]);
    createSecureContext({ cert, key });
    return [judgeExpiry(new X509Certificate(cert).validTo, Date.now())];
  } catch (error) {
    return [
      failure(NAME, reasonOf(error), 'Let both variables name PEM files of one certificate and its unencrypted key.'),
    ];
  }
}

/** @param validTo as a certificate spells it */
export function judgeExpiry(validTo: string, nowMs: number): Finding {
  const days = Math.floor((Date.parse(validTo) - nowMs) / DAY_MS);
  if (days < 0) return failure(NAME, `the certificate has expired on ${validTo}`, 'Renew it; no restart is needed.');
  if (days >= RENEWAL_DAYS) return ok(NAME, `the certificate is good for ${days} days`);
  return warning(NAME, `the certificate expires in ${days} days`, 'Renew it; no restart is needed.');
}

function judgeClearPort({ HOST: host = '127.0.0.1', SLUICE_TRUSTED_PROXIES: proxies }: NodeJS.ProcessEnv): Finding {
  if (host === '' || host === 'localhost' || host === '::1' || host.startsWith('127.'))
    return ok(NAME, 'not needed: only this machine reaches the api');
  if (proxies) return ok(NAME, 'left to the proxies that SLUICE_TRUSTED_PROXIES names');
  return warning(
    NAME,
    `keys travel in clear to ${host}`,
    'Let a load balancer end TLS and name it in SLUICE_TRUSTED_PROXIES, or set SLUICE_TLS_CERT_FILE and SLUICE_TLS_KEY_FILE.',
  );
}
