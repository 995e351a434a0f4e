import { join } from 'node:path';
import { originOf, planApi, planLocalAws, planWorker, type AppsPlan } from '#scripts/launcher/app-parts';
import { chooseRedis } from '#scripts/launcher/choose-redis';
import { keepSecret, openHome } from '#scripts/launcher/home';
import { lockHome } from '#scripts/launcher/home-lock';
import type { LauncherError } from '#scripts/launcher/launcher-error';
import { listModels } from '#scripts/launcher/list-models';
import type { PartPlan } from '#scripts/launcher/part';
import { findFreePort, requireFreePort } from '#scripts/launcher/ports';
import { removeRunFile, writeRunFile } from '#scripts/launcher/run-file';
import type { Settings } from '#scripts/launcher/settings';
import { renderSummary } from '#scripts/launcher/summary';
import { System } from '#scripts/launcher/system';
import { sayWhileWaiting, terminal } from '#scripts/launcher/terminal';

export interface LaunchOptions {
  readonly root: string;
  readonly settings: Settings;
  readonly environment: NodeJS.ProcessEnv;
  /** Aborts the start; whoever aborts stops the system. */
  readonly signal: AbortSignal;
  /** Told when a part ends by itself after it had been ready. */
  readonly onDied: (failure: LauncherError) => void;
}

export interface Launched {
  /** Plans by which single parts can be started again. */
  readonly plans: readonly PartPlan[];
  readonly system: System;
  /** Stops all parts in order and gives the folder back. */
  stop(): Promise<void>;
}

/**
 * Starts the whole system and shows it. What was started by then is stopped when something fails.
 *
 * @throws LauncherError saying what failed and what to do.
 */
export async function launch({ root, settings, environment, signal, onDied }: LaunchOptions): Promise<Launched> {
  await openHome(settings.home);
  const unlock = await lockHome(settings.home);
  const system = new System({
    root,
    logFolder: join(settings.home, 'logs'),
    startTimeoutMs: settings.startTimeoutMs,
    onReady: (plan, tookMs) => terminal.done(plan.name, plan.description, tookMs),
    onStopped: (plan, tookMs) => terminal.done(plan.name, 'stopped', tookMs),
    onDied: (part, how) => onDied(part.failure(how)),
  });
  const stop = async (): Promise<void> => {
    await system.stop();
    await removeRunFile(settings.home);
    unlock();
  };
  try {
    const plans = await startAll(system, { settings, environment, signal });
    return { system, plans, stop };
  } catch (error) {
    await stop();
    throw error;
  }
}

type StartOptions = Pick<LaunchOptions, 'settings' | 'environment' | 'signal'>;

async function startAll(system: System, { settings, environment, signal }: StartOptions): Promise<readonly PartPlan[]> {
  await requireFreePort(settings.host, settings.port);
  const redis = await chooseRedis(settings, environment);
  if (redis.plan === undefined) terminal.line(`✓ redis      ${redis.description}`);
  if (!settings.localAws)
    terminal.line('✓ aws        real AWS as the environment names it (SLUICE_LOCAL_AWS=on for the stand-in)');
  const apps: AppsPlan = {
    ...settings,
    workerPort: await findFreePort(),
    localAwsPort: settings.localAws ? await findFreePort() : undefined,
    redisUrl: redis.url,
    apiKey: environment['SLUICE_API_KEY'] || (await keepSecret(settings.home, 'api-key', 'sk-sluice-')),
    keyPepper: environment['SLUICE_KEY_PEPPER'] || (await keepSecret(settings.home, 'key-pepper', '')),
    environment,
  };
  const localAws = apps.localAwsPort === undefined ? undefined : planLocalAws(apps, apps.localAwsPort);
  const foundation = [redis.plan, localAws].filter((plan) => plan !== undefined);
  const users = [planApi(apps), planWorker(apps)];
  await startGroup(system, foundation, signal);
  await startGroup(system, users, signal);
  await show(apps);
  return [...foundation, ...users];
}

async function startGroup(system: System, plans: readonly PartPlan[], signal: AbortSignal): Promise<void> {
  const silence = sayWhileWaiting(() => system.startingNames().join(', '));
  try {
    await system.start(plans, signal);
  } finally {
    silence();
  }
}

async function show(apps: AppsPlan): Promise<void> {
  const baseUrl = `${originOf(apps)}/v1`;
  const controlUrl = apps.localAwsPort === undefined ? undefined : `http://127.0.0.1:${apps.localAwsPort}/_control`;
  const models = await listModels(baseUrl, apps.apiKey);
  await writeRunFile(apps.home, {
    pid: process.pid,
    baseUrl,
    ...(controlUrl === undefined ? {} : { controlUrl }),
    startedAt: new Date().toISOString(),
  });
  terminal.line(renderSummary({ baseUrl, apiKey: apps.apiKey, models }));
}
