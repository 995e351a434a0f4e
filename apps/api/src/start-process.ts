import { ConfigurationError, createLogger, onStopSignal, type Environment } from '#platform';
import { readApiConfig, type ApiConfig } from './config.js';
import { createApp } from './create-app.js';
import { explainListenError } from './explain-listen-error.js';

/** Runs the api until it is told to stop. What keeps it from starting is one line on standard error and exit code 1. */
export async function startProcess(environment: Environment): Promise<void> {
  try {
    await run(readApiConfig(environment));
  } catch (error) {
    if (!(error instanceof ConfigurationError)) throw error;
    process.stderr.write(`sluice api: ${error.message.replaceAll(/\s*\n\s*/g, ' ')}\n`);
    process.exit(1);
  }
}

async function run(config: ApiConfig): Promise<void> {
  const logger = createLogger({ name: 'api', level: config.logLevel });
  const app = await createApp(config, { logger });
  try {
    const url = await app.listen();
    logger.info({ url, node: process.versions.node }, 'the api is listening');
  } catch (error) {
    await app.close();
    throw explainListenError(error, config);
  }
  onStopSignal((signal) => {
    logger.info({ signal }, 'stopping');
    void app.close().then(() => process.exit(0));
  });
}
