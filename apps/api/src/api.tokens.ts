/** What controllers are given, by name: interfaces leave no trace that the container could inject by. */
export const CHAT = Symbol('chat');
export const EMBEDDINGS = Symbol('embeddings');
export const RERANK = Symbol('rerank');
export const MODEL_CATALOG = Symbol('model catalog');
export const REGISTRY = Symbol('metrics registry');
