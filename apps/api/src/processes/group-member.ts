import type { Registry } from '#platform';
import { ALIVE_MS, isProcessMessage, type GroupMessage, type MemberMessage } from './process-messages.js';

/** Monitors get the group's numbers, or after this long the process's own. */
const RENDER_TIMEOUT_MS = 5000;

/** The end of a process's channel to the one that started it. */
export interface Channel {
  send(message: MemberMessage): void;
  onMessage(listener: (message: unknown) => void): void;
}

/** This process as one of a group that shares a port: says that it lives, stops when told, shows the group's numbers. */
export class GroupMember {
  private readonly wanted = new Map<number, (text: string) => void>();
  private registry: Registry | undefined;
  private lastId = 0;

  constructor(
    private readonly channel: Channel,
    onStop: () => void,
  ) {
    channel.onMessage((message) => {
      if (isProcessMessage(message)) this.accept(message as GroupMessage, onStop);
    });
    setInterval(() => channel.send({ sluice: 'alive' }), ALIVE_MS).unref();
  }

  /** Whose numbers are this process's. */
  show(registry: Registry): void {
    this.registry = registry;
  }

  /** The numbers of all processes of the group. */
  async renderMetrics(): Promise<string> {
    const id = ++this.lastId;
    const text = await new Promise<string | undefined>((resolve) => {
      const timer = setTimeout(resolve, RENDER_TIMEOUT_MS, undefined);
      this.wanted.set(id, (answer) => {
        clearTimeout(timer);
        resolve(answer);
      });
      this.channel.send({ sluice: 'metrics-wanted', id });
    });
    this.wanted.delete(id);
    return text ?? (await this.registry?.metrics()) ?? '';
  }

  private accept(message: GroupMessage, onStop: () => void): void {
    switch (message.sluice) {
      case 'stop':
        onStop();
        break;
      case 'metrics-text':
        this.wanted.get(message.id)?.(message.text);
        break;
      case 'collect':
        void this.report(message.id);
        break;
    }
  }

  private async report(id: number): Promise<void> {
    const metrics = (await this.registry?.getMetricsAsJSON()) ?? [];
    this.channel.send({ sluice: 'metrics', id, metrics });
  }
}
