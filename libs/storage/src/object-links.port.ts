/** A request that whoever has it may make of the store, without a key of ours, until its time is over. A secret: never logged. */
export interface ObjectLink {
  readonly url: string;
  /** To be sent with it; all of them are part of the signature. */
  readonly headers: Readonly<Record<string, string>>;
}

/** Links past the api, for bytes that need not go through it. Made without asking the store for anything. */
export abstract class ObjectLinks {
  /** For one PUT of exactly so many bytes, where no object is yet. @param life seconds */
  abstract forUpload(key: string, upload: { readonly bytes: number; readonly life: number }): Promise<ObjectLink>;
  /** For GETs of the object. @param disposition the answer's `Content-Disposition` */
  abstract forDownload(
    key: string,
    download: { readonly disposition: string; readonly life: number },
  ): Promise<ObjectLink>;
}
