import { createLogger } from '#platform';
import { RecordStore } from '#storage';
import { MemoryObjectStore } from '../../../storage/src/testing/index.js';
import { ChunkWorkspace } from '../chunks/chunk-workspace.js';
import { EndpointHealth } from '../chunks/endpoint-health.js';
import { EndpointSlots } from '../chunks/endpoint-slots.js';
import { RowLedger } from '../chunks/row-ledger.js';
import type { LineWork } from '../chunks/work-lines.js';
import { newChunkContext, newChunkLines } from './new-chunk-context.js';
import { ScriptedModels, type Script } from './scripted-models.js';

/** The work of a chunk of so many lines at a scripted model with four slots, and what can be seen of it. */
export function newLineWork(lines: number, script: Script, more: Partial<LineWork> = {}) {
  const context = newChunkContext(lines);
  const store = new MemoryObjectStore();
  const models = new ScriptedModels();
  models.script = script;
  const retries: string[] = [];
  const stop = new AbortController();
  const abort = new AbortController();
  const ledger = new RowLedger(new Map(), {
    workspace: new ChunkWorkspace(store, new RecordStore(store), context),
    checkpointMs: 60_000,
    checkpointBytes: 1_000_000,
    logger: createLogger({ name: 'test', level: 'silent' }),
  });
  const work: LineWork = {
    context,
    models,
    ledger,
    stop: stop.signal,
    abort: abort.signal,
    lines: newChunkLines(lines),
    concurrency: 4,
    slots: new EndpointSlots(4),
    health: new EndpointHealth(),
    onRetry: (cause) => void retries.push(cause),
    ...more,
  };
  return { work, models, ledger, retries, stop, abort };
}
