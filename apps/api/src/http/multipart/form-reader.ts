import type { Multipart, MultipartFile } from '@fastify/multipart';
import { GatewayError } from '#platform';
import { toFormError } from './to-form-error.js';

/** Walks through the parts of a form and gathers its plain fields. */
export class FormReader {
  private readonly gathered = new Map<string, string>();

  /** @param fileField name of the part that holds the file */
  constructor(
    private readonly parts: AsyncIterator<Multipart>,
    private readonly fileField: string,
  ) {}

  get fields(): ReadonlyMap<string, string> {
    return this.gathered;
  }

  /** The part with the file, `undefined` when the form ends without it. */
  async readToFile(): Promise<MultipartFile | undefined> {
    for (let part = await this.next(); part !== undefined; part = await this.next()) {
      if (part.type === 'field') this.keep(part.fieldname, part.value);
      else if (part.fieldname === this.fileField) return part;
      else part.file.resume();
    }
    return undefined;
  }

  async readToEnd(): Promise<void> {
    for (let part = await this.next(); part !== undefined; part = await this.next()) {
      if (part.type === 'field') this.keep(part.fieldname, part.value);
      else part.file.resume();
    }
  }

  private keep(name: string, value: unknown): void {
    if (typeof value !== 'string') {
      throw new GatewayError('invalid_type', `Invalid type for '${name}': expected a plain form field.`, {
        param: name,
      });
    }
    this.gathered.set(name, value);
  }

  private async next(): Promise<Multipart | undefined> {
    try {
      const next = await this.parts.next();
      return next.done === true ? undefined : next.value;
    } catch (error) {
      throw toFormError(error);
    }
  }
}
