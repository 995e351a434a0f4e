/** What controllers are given, by name: interfaces leave no trace that the container could inject by. */
export const CHAT = Symbol('chat');
export const EMBEDDINGS = Symbol('embeddings');
export const COMPLETIONS = Symbol('completions');
export const RERANK = Symbol('rerank');
export const RERANK_V2 = Symbol('rerank, second version');
export const INVOCATIONS = Symbol('invocations');
export const TRANSCRIPTIONS = Symbol('transcriptions');
export const TRANSLATIONS = Symbol('translations');
export const MODEL_CATALOG = Symbol('model catalog');
export const CAPACITY_SOURCE = Symbol('capacity source');
export const METRICS_PAGE = Symbol('metrics page');
