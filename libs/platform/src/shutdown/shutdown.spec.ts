import { describe, expect, it } from 'vitest';
import { createLogger } from '../logging/logger.js';
import { shutDown, type ShutdownStep } from './shutdown.js';

const logger = createLogger({ name: 'test', level: 'silent' });

describe('shutDown', () => {
  it('runs the steps one after the other, in order', async () => {
    const events: string[] = [];
    const step = (name: string): ShutdownStep => ({
      name,
      run: async () => {
        events.push(`${name} begins`);
        await Promise.resolve();
        events.push(`${name} ends`);
      },
    });
    expect(await shutDown([step('a'), step('b')], 5000, logger)).toBe(true);
    expect(events).toEqual(['a begins', 'a ends', 'b begins', 'b ends']);
  });

  it('goes on behind a step that fails, also when it fails at once', async () => {
    const ran: string[] = [];
    const steps: ShutdownStep[] = [
      { name: 'late', run: async () => await Promise.reject(new Error('broken')) },
      {
        name: 'at once',
        run: () => {
          throw new Error('broken');
        },
      },
      { name: 'last', run: async () => await Promise.resolve(void ran.push('last')) },
    ];
    expect(await shutDown(steps, 5000, logger)).toBe(true);
    expect(ran).toEqual(['last']);
  });

  it('gives up on a step that hangs, and on the rest behind it', async () => {
    const ran: string[] = [];
    let goOn: () => void = () => undefined;
    const hung = new Promise<void>((resolve) => {
      goOn = resolve;
    });
    const steps: ShutdownStep[] = [
      { name: 'hangs', run: async () => await hung },
      { name: 'rest', run: async () => await Promise.resolve(void ran.push('rest')) },
    ];
    expect(await shutDown(steps, 20, logger)).toBe(false);
    goOn();
    await new Promise((resolve) => setImmediate(resolve));
    expect(ran).toEqual([]);
  });
});
