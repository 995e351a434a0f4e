import { redisNames, type JobHint } from '#contracts';
import type { Logger, Redis } from '#platform';

/** Hears what other processes publish. Needs a connection of its own; subscribes again by itself after a reconnect. */
export class HintListener {
  constructor(
    private readonly redis: Redis,
    private readonly options: { readonly logger: Logger; onHint(hint: JobHint): void },
  ) {}

  async start(): Promise<void> {
    this.redis.on('message', (channel: string, text: string) => {
      const hint = parseHint(text);
      if (channel === redisNames.hints && hint !== undefined) this.options.onHint(hint);
      else this.options.logger.warn({ channel }, 'a hint was not understood');
    });
    await this.redis.subscribe(redisNames.hints);
  }
}

function parseHint(text: string): JobHint | undefined {
  try {
    const hint = JSON.parse(text) as Partial<JobHint>;
    return typeof hint.kind === 'string' && typeof hint.jobId === 'string' ? (hint as JobHint) : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
