import { LauncherError } from '#scripts/launcher/launcher-error';
import { requireFreePort } from '#scripts/launcher/ports';
import { within, type Checkup } from '#scripts/doctor/checkup';
import { failure, ok, skipped, type Finding } from '#scripts/doctor/finding';

const DEFAULT_PORTS = { PORT: '8080', WORKER_PORT: '8081' } as const;
const HOSTS = { PORT: 'HOST', WORKER_PORT: 'WORKER_HOST' } as const;

/** Whether api and worker can listen, or already do. */
export async function checkPorts(checkup: Checkup): Promise<readonly Finding[]> {
  return Promise.all((['PORT', 'WORKER_PORT'] as const).map((variable) => lookAt(variable, checkup)));
}

async function lookAt(variable: keyof typeof DEFAULT_PORTS, checkup: Checkup): Promise<Finding> {
  const { environment } = checkup;
  const port = Number(environment[variable] || DEFAULT_PORTS[variable]);
  const host = environment[HOSTS[variable]] || '127.0.0.1';
  const name = `${variable} ${port}`;
  try {
    await requireFreePort(host, port);
    return ok(name, 'free');
  } catch (error) {
    if (!(error instanceof LauncherError)) throw error;
    if (variable === 'PORT' && environment['SLUICE_TLS_CERT_FILE'])
      return skipped(name, 'in use, by something that may be Sluice with TLS', 'Stop it if it is not.');
    if (await isSluice(host, port, checkup)) return ok(name, 'Sluice listens there.');
    return failure(name, error.message, `Stop what listens there, or set ${variable}.`);
  }
}

/** Both processes answer `/live` alike. */
async function isSluice(host: string, port: number, checkup: Checkup): Promise<boolean> {
  const name = host === '0.0.0.0' ? '127.0.0.1' : host.includes(':') ? `[${host}]` : host;
  try {
    const response = await fetch(`http://${name}:${port}/live`, { signal: within(checkup) });
    return response.status === 200 && (await response.text()) === '{"status":"ok"}';
  } catch {
    return false;
  }
}
