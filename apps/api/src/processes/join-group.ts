import cluster from 'node:cluster';
import { GroupMember } from './group-member.js';

/** Makes this process one of the group that it was started for. @param onStop called when the group stops. */
export function joinGroup(onStop: () => void): GroupMember {
  const channel = {
    send: (message: object): void => {
      // The channel closes when the group's first process is gone, and Node then ends this one, too.
      if (process.connected) cluster.worker?.send(message, () => undefined);
    },
    onMessage: (listener: (message: unknown) => void): void => {
      process.on('message', listener);
    },
  };
  return new GroupMember(channel, onStop);
}
