import { createLogger } from '#platform';
import { RecordStore } from '#storage';
import { MemoryObjectStore } from '../../../storage/src/testing/index.js';
import { ChunkWorkspace } from '../chunks/chunk-workspace.js';
import type { EndpointPlace } from '../chunks/endpoint-place.js';
import { RowLedger } from '../chunks/row-ledger.js';
import { SlotsOfOne } from '../chunks/slots-of-one.js';
import type { LineWork } from '../chunks/work-lines.js';
import { newChunkContext, newChunkLines } from './new-chunk-context.js';
import { ANYBODY, newPlace } from './new-place.js';
import { ScriptedModels, type Script } from './scripted-models.js';

export interface NewLineWork extends Partial<LineWork> {
  /** Where the model stands; absent = at an endpoint with four slots. */
  readonly place?: EndpointPlace;
}

/** The work of a chunk of so many lines at a scripted model, and what can be seen of it. */
export function newLineWork(lines: number, script: Script, { place = newPlace(), ...more }: NewLineWork = {}) {
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
    slots: new SlotsOfOne(place, ANYBODY),
    places: [place],
    onRetry: (cause) => void retries.push(cause),
    ...more,
  };
  return { work, models, ledger, retries, stop, abort };
}
