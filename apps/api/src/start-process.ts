import { ConfigurationError, createLogger, onStopSignal, type Environment } from '#platform';
import { closeBoundMs } from './close-app.js';
import { readApiConfig, type ApiConfig } from './config.js';
import { createApp } from './create-app.js';
import { explainListenError } from './explain-listen-error.js';
import { isExposed } from './http/tls/is-exposed.js';
import { joinGroup } from './processes/join-group.js';
import { ProcessGroup } from './processes/process-group.js';

/** Each process of several keeps to its own bound first. */
const STOP_SPARE_MS = 3000;

/** Runs the api until it is told to stop. What keeps it from starting is one line on standard error and exit code 1. */
export async function startProcess(environment: Environment): Promise<void> {
  try {
    const config = readApiConfig(environment);
    const { count, number } = config.processes;
    await (count > 1 && number === undefined ? runGroup(config) : run(config));
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    process.stderr.write(`sluice api: ${error.message.replaceAll(/\s*\n\s*/g, ' ')}\n`);
    process.exit(1);
  }
}

async function run(config: ApiConfig): Promise<void> {
  const { number } = config.processes;
  const logger = createLogger({ name: 'api', level: config.logLevel, process: number });
  let stop = (): void => process.exit(0);
  const member = number === undefined ? undefined : joinGroup(() => stop());
  const app = await createApp(config, { logger, ...(member && { groupMetrics: member }) });
  try {
    const url = await app.listen();
    logger.info({ url, node: process.versions.node }, 'the api is listening');
    if ((number ?? 1) === 1 && isExposed(config)) {
      logger.warn(
        'keys travel in clear to this port: let a load balancer in front of it end TLS and name it in SLUICE_TRUSTED_PROXIES, or set SLUICE_TLS_CERT_FILE and SLUICE_TLS_KEY_FILE',
      );
    }
  } catch (error) {
    await app.close();
    throw explainListenError(error, config);
  }
  let isStopping = false;
  stop = () => {
    // Told by the group's first process, by a signal to all of them, or by both.
    if (isStopping) return;
    isStopping = true;
    void app.close().then(() => process.exit(0));
  };
  onStopSignal((signal) => {
    logger.info({ signal }, 'stopping');
    stop();
  });
}

/** This process serves nothing itself: it starts those that do, and others in the place of those that end. */
async function runGroup(config: ApiConfig): Promise<void> {
  const logger = createLogger({ name: 'api', level: config.logLevel });
  const { count, hangTimeoutMs } = config.processes;
  const stopTimeoutMs = closeBoundMs(config) + STOP_SPARE_MS;
  const group = new ProcessGroup({ count, stopTimeoutMs, hangTimeoutMs, logger });
  onStopSignal((signal) => {
    logger.info({ signal }, 'stopping all processes');
    void group.stop().then(() => process.exit(0));
  });
  const failed = await group.start();
  // The process has said why.
  if (failed !== undefined) process.exit(failed.code ?? 1);
}
