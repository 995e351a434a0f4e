import cluster from 'node:cluster';
import { setTimeout as wait } from 'node:timers/promises';
import { createRegistry, Counter, Gauge, type Logger, type Registry } from '#platform';
import { GroupMetrics } from './group-metrics.js';
import { MemberProcess, type ProcessEnd } from './member-process.js';
import { ALIVE_MS, type MemberMessage } from './process-messages.js';
import { nextRestart } from './restart-delay.js';

export interface ProcessGroupOptions {
  readonly count: number;
  /** Milliseconds after which a process that was told to stop is killed. */
  readonly stopTimeoutMs: number;
  /** Milliseconds of silence after which a process is taken for hung, and killed. */
  readonly hangTimeoutMs: number;
  readonly logger: Logger;
}

/**
 * Several processes of the api that share one port. This one accepts connections and hands them out in turn, so that a
 * process that dies or hangs takes along none but its own; calls themselves never pass through it.
 */
export class ProcessGroup {
  private readonly members = new Map<number, MemberProcess>();
  private readonly failures = new Map<number, number>();
  private readonly metrics = new GroupMetrics();
  private readonly registry: Registry = createRegistry({ processMetrics: false });
  private readonly restarts: Counter;
  private firstEnd: ProcessEnd | undefined;
  private serves = false;
  private stopping = false;

  constructor(private readonly options: ProcessGroupOptions) {
    cluster.schedulingPolicy = cluster.SCHED_RR;
    // Their output passes through here, in whole lines.
    cluster.setupPrimary({ silent: true });
    const countRunning = (): number => this.running().length;
    new Gauge({
      name: 'sluice_api_processes',
      help: 'Processes of the api that share the port and run now.',
      registers: [this.registry],
      collect() {
        this.set(countRunning());
      },
    });
    this.restarts = new Counter({
      name: 'sluice_api_process_restarts_total',
      help: 'Processes of the api that took the place of one that had ended or was killed because it hung.',
      registers: [this.registry],
    });
  }

  /**
   * Resolves when all have started. The first one starts alone: what keeps it from starting would keep the others, too, and is
   * said once.
   *
   * @returns how the first process ended when it did not start, else undefined
   */
  async start(): Promise<ProcessEnd | undefined> {
    // However this process ends, none stays behind.
    process.once('exit', () => this.killAll());
    await this.launch(1).settled;
    if (this.firstEnd !== undefined) return this.firstEnd;
    this.serves = true;
    setInterval(() => this.killHung(), ALIVE_MS).unref();
    const others = Array.from({ length: this.options.count - 1 }, (_item, index) => this.launch(index + 2).settled);
    await Promise.all(others);
    const { count, logger } = this.options;
    if (this.running().length === count) logger.info({ processes: count }, 'all processes are listening');
    return undefined;
  }

  /** Lets all processes end their open calls, and kills those that do not within the bound. */
  async stop(): Promise<void> {
    this.stopping = true;
    const members = this.running();
    for (const member of members) member.send({ sluice: 'stop' });
    const allEnded = new AbortController();
    const patience = wait(this.options.stopTimeoutMs, undefined, { signal: allEnded.signal }).then(
      () => this.killAll(),
      () => undefined,
    );
    await Promise.all(members.map(({ ended }) => ended));
    allEnded.abort();
    await patience;
  }

  private launch(number: number): MemberProcess {
    const member: MemberProcess = new MemberProcess(number, {
      onMessage: (message) => this.accept(member, message),
      onEnd: (end) => this.replace(number, end),
    });
    this.members.set(number, member);
    return member;
  }

  private accept(member: MemberProcess, message: MemberMessage): void {
    switch (message.sluice) {
      case 'alive':
        break;
      case 'metrics':
        this.metrics.accept(message.id, message.metrics);
        break;
      case 'metrics-wanted':
        void this.renderMetrics().then((text) => member.send({ sluice: 'metrics-text', id: message.id, text }));
        break;
    }
  }

  private async renderMetrics(): Promise<string> {
    return await this.metrics.render(this.running(), await this.registry.getMetricsAsJSON());
  }

  private replace(number: number, end: ProcessEnd): void {
    this.members.delete(number);
    if (!this.serves) this.firstEnd = end;
    if (this.stopping || !this.serves) return;
    const { failures, delayMs } = nextRestart(this.failures.get(number) ?? 0, end.livedMs);
    this.failures.set(number, failures);
    const { code, signal } = end;
    // An operator may have told one of them to stop.
    const level = code === 0 ? 'warn' : 'error';
    this.options.logger[level]({ member: number, code, signal, delayMs }, 'a process has ended and is started again');
    setTimeout(() => {
      if (this.stopping) return;
      this.restarts.inc();
      this.launch(number);
    }, delayMs);
  }

  /**
   * Nobody else would notice one: health checks reach whichever process is free. Looks are counted and not time, which
   * also passes while the machine sleeps.
   */
  private killHung(): void {
    for (const [number, member] of this.members) {
      if (!member.isHung(this.options.hangTimeoutMs)) continue;
      this.options.logger.error({ member: number, memberPid: member.pid }, 'a process hangs and is killed');
      member.kill();
    }
  }

  private running(): MemberProcess[] {
    return [...this.members.values()].filter(({ isConnected }) => isConnected);
  }

  private killAll(): void {
    for (const member of this.members.values()) member.kill();
  }
}
