import { join } from 'node:path';
import { Part, turnLog, type PartName, type PartPlan } from '#scripts/launcher/part';

export interface SystemOptions {
  readonly root: string;
  readonly logFolder: string;
  readonly startTimeoutMs: number;
  /** Told when a part serves, with the time that it took. */
  readonly onReady: (plan: PartPlan, tookMs: number) => void;
  /** Told when a part has stopped on our request. */
  readonly onStopped: (plan: PartPlan, tookMs: number) => void;
  /** Told when a part ends that nobody asked to end, once it had been ready. */
  readonly onDied: (part: Part, how: string) => void;
}

/** Users first: nothing loses what it stands on before it has finished. */
const STOP_ORDER: readonly PartName[] = ['api', 'worker', 'local-aws', 'redis'];

/** The running parts: started in groups, stopped in order. */
export class System {
  private readonly options: SystemOptions;
  private readonly parts = new Map<PartName, Part>();
  private readonly starting = new Set<PartName>();

  constructor(options: SystemOptions) {
    this.options = options;
  }

  part(name: PartName): Part | undefined {
    return this.parts.get(name);
  }

  /** Those that have been started and are not ready yet. */
  startingNames(): readonly PartName[] {
    return [...this.starting];
  }

  /** Starts these together and resolves when all are ready. @throws LauncherError for the first that fails. */
  async start(plans: readonly PartPlan[], signal: AbortSignal): Promise<void> {
    await Promise.all(plans.map((plan) => this.startPart(plan, signal)));
    this.tellWhomToOutlive();
  }

  async stop(): Promise<void> {
    for (const name of STOP_ORDER) await this.stopPart(name);
  }

  async stopPart(name: PartName): Promise<void> {
    const part = this.parts.get(name);
    if (part === undefined || !part.isRunning) return;
    const startedAt = Date.now();
    await part.stop();
    this.options.onStopped(part.plan, Date.now() - startedAt);
  }

  /** At once and without order, for someone who asked twice. */
  killAll(): void {
    for (const part of this.parts.values()) part.signalGroup('SIGKILL');
  }

  private async startPart(plan: PartPlan, signal: AbortSignal): Promise<void> {
    signal.throwIfAborted();
    const startedAt = Date.now();
    const logFile = join(this.options.logFolder, `${plan.name}.log`);
    turnLog(logFile);
    const part = new Part(plan, this.options.root, logFile);
    this.parts.set(plan.name, part);
    this.starting.add(plan.name);
    try {
      await part.waitUntilReady(this.options.startTimeoutMs, signal);
    } finally {
      this.starting.delete(plan.name);
    }
    this.options.onReady(plan, Date.now() - startedAt);
    void part.ended.then((how) => {
      if (!part.isStopping) this.options.onDied(part, how);
    });
  }

  private tellWhomToOutlive(): void {
    const users: number[] = [];
    for (const name of STOP_ORDER) {
      const part = this.parts.get(name);
      if (part === undefined) continue;
      part.outlive(users);
      if (part.pid !== undefined) users.push(part.pid);
    }
  }
}
