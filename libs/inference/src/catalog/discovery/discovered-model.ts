import type { AdapterName, ModelType } from '../model-entry.types.js';

export type DiscoveredTarget =
  { readonly kind: 'sagemaker'; readonly endpoint: string } | { readonly kind: 'http'; readonly baseUrl: string };

/** What AWS says of one deployed model. Facts only, so that they can be kept on disk and be read by a later version. */
export interface DiscoveredModel {
  /** Public name with its tag. */
  readonly id: string;
  /** The stack or endpoint that says so, for the log. */
  readonly origin: string;
  readonly target: DiscoveredTarget;
  /** The endpoint takes asynchronous calls, and no others. */
  readonly isAsync: boolean;
  /** EMD's EngineType in lower case, letters and digits only (`llamacpp`); absent when unknown. */
  readonly engine?: string;
  /** Named by a tag; otherwise told from the name. */
  readonly type?: ModelType;
  /** Named by a tag; otherwise told from engine and type. */
  readonly adapter?: AdapterName;
  /** It was deployed with an API key of its own. */
  readonly hasKey: boolean;
  /** Unset while it serves; else the status that says why it does not, such as `Creating`. */
  readonly unavailable?: string;
}

/** `name/tag`; a name without a tag means the tag `dev`, as in EMD. */
export function withTag(name: string): string {
  return name.includes('/') ? name : `${name}/dev`;
}
