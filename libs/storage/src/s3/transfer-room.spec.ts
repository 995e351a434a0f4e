import { describe, expect, it } from 'vitest';
import { TransferRoom } from './transfer-room.js';

const NEVER = new AbortController().signal;

/** Asks for room and notes under which name it was given. */
function asking(room: TransferRoom, entered: string[]) {
  return (name: string, bytes: number, signal: AbortSignal = NEVER): Promise<void> =>
    room.enter(bytes, signal).then(() => void entered.push(name));
}

const settled = async (): Promise<void> => {
  await new Promise((resolve) => setImmediate(resolve));
};

describe('TransferRoom', () => {
  it('lets in what fits, and the rest in turn as others leave', async () => {
    const [room, entered] = [new TransferRoom(10), [] as string[]];
    const ask = asking(room, entered);
    const asked = [ask('a', 6), ask('b', 4), ask('c', 6), ask('d', 1)];
    await settled();
    expect(entered).toEqual(['a', 'b']);
    room.leave(4);
    await settled();
    expect(entered).toEqual(['a', 'b']);
    room.leave(6);
    await Promise.all(asked);
    expect(entered).toEqual(['a', 'b', 'c', 'd']);
  });

  it('gives what is larger than all of it the whole', async () => {
    const [room, entered] = [new TransferRoom(10), [] as string[]];
    const ask = asking(room, entered);
    await ask('large', 50);
    const small = ask('small', 1);
    await settled();
    expect(entered).toEqual(['large']);
    room.leave(50);
    await small;
  });

  it('forgets who gives up, who may have stood before others', async () => {
    const [room, entered] = [new TransferRoom(10), [] as string[]];
    const ask = asking(room, entered);
    const stop = new AbortController();
    await ask('a', 9);
    const left = ask('b', 5, stop.signal);
    const next = ask('c', 1);
    stop.abort(new Error('enough'));
    await expect(left).rejects.toThrow('enough');
    await next;
    await expect(ask('d', 1, stop.signal)).rejects.toThrow('enough');
    room.leave(9);
    room.leave(1);
    await ask('e', 10);
    expect(entered).toEqual(['a', 'c', 'e']);
  });
});
