import type { CallIdentity } from '../generation.js';

export function createToolCallId(identity: CallIdentity, choiceIndex: number, callIndex: number): string {
  return `call_${identity.id.replaceAll('-', '').slice(0, 20)}${choiceIndex}${callIndex}`;
}
