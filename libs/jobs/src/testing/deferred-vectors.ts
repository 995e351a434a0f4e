import type { InferenceReply } from '#inference';
import { ScriptedDeferredCalls } from './scripted-deferred-calls.js';
import { embeddingsOf } from './scripted-models.js';

/** An asynchronous endpoint that answers each call with the embedding of its text. */
export class DeferredVectors extends ScriptedDeferredCalls {
  override async decode(...[, , answer]: Parameters<ScriptedDeferredCalls['decode']>): Promise<InferenceReply> {
    await Promise.resolve();
    const { input } = JSON.parse(answer.toString()) as { readonly input: string };
    return embeddingsOf({ inputs: [input], model: 'model/dev' });
  }
}
