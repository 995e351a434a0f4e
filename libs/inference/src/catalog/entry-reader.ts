import { ConfigurationError } from '#platform';

/** Reads one mapping of a configuration file; every complaint names the file, the place and the field. */
export class EntryReader {
  private constructor(
    private readonly fields: ReadonlyMap<string, unknown>,
    private readonly source: string,
    private readonly path: string,
  ) {}

  /** @throws ConfigurationError when the value is no mapping or holds a key that is not known. */
  static of(
    value: unknown,
    place: { readonly source: string; readonly path: string; readonly known: readonly string[] },
  ): EntryReader {
    if (typeof value !== 'object' || value === null || Array.isArray(value)) {
      throw new ConfigurationError(`${place.source}: ${place.path || 'the file'}: expected a mapping of fields.`);
    }
    const reader = new EntryReader(new Map(Object.entries(value)), place.source, place.path);
    for (const key of reader.fields.keys()) {
      if (!place.known.includes(key)) reader.fail(key, `unknown field. Known fields: ${place.known.join(', ')}.`);
    }
    return reader;
  }

  string(field: string, fallback?: string): string {
    const value = this.optionalString(field) ?? fallback;
    return value ?? this.fail(field, 'is missing.');
  }

  optionalString(field: string): string | undefined {
    const value = this.fields.get(field);
    if (value === undefined || value === null) return undefined;
    if (typeof value !== 'string' || value.trim() === '') this.fail(field, 'expected a non-empty string.');
    return value;
  }

  choice<const T extends string>(field: string, choices: readonly T[]): T {
    return this.oneOf(field, this.string(field), choices);
  }

  choices<const T extends string>(field: string, choices: readonly T[]): readonly T[] {
    const names = this.strings(field);
    if (names.length === 0) this.fail(field, `expected a list with at least one of ${choices.join(', ')}.`);
    return Object.freeze(names.map((name) => this.oneOf(field, name, choices)));
  }

  strings(field: string): readonly string[] {
    const value = this.fields.get(field) ?? [];
    if (!Array.isArray(value)) this.fail(field, 'expected a list of strings.');
    return Object.freeze(
      value.map((item: unknown) => {
        if (typeof item !== 'string' || item.trim() === '') this.fail(field, 'expected a list of non-empty strings.');
        return item;
      }),
    );
  }

  integer(field: string, bounds: { readonly fallback: number; readonly min: number; readonly max: number }): number {
    const value = this.fields.get(field) ?? bounds.fallback;
    if (typeof value !== 'number' || !Number.isInteger(value) || value < bounds.min || value > bounds.max) {
      this.fail(field, `expected a whole number from ${bounds.min} to ${bounds.max}, but is ${JSON.stringify(value)}.`);
    }
    return value;
  }

  flag(field: string): boolean | undefined {
    const value = this.fields.get(field) ?? undefined;
    if (value !== undefined && typeof value !== 'boolean') this.fail(field, 'expected true or false.');
    return value;
  }

  has(field: string): boolean {
    return (this.fields.get(field) ?? undefined) !== undefined;
  }

  /** A nested mapping of names to strings that the file itself chooses; an absent one is empty. */
  stringMap(field: string): Readonly<Record<string, string>> {
    const value = this.fields.get(field) ?? {};
    if (typeof value !== 'object' || Array.isArray(value)) this.fail(field, 'expected a mapping of names to strings.');
    const pairs = Object.entries(value).map(([name, text]: [string, unknown]) => {
      if (typeof text !== 'string') this.fail(`${field}.${name}`, 'expected a string.');
      return [name, text] as const;
    });
    return Object.fromEntries(pairs);
  }

  list(field: string): readonly unknown[] {
    const value = this.fields.get(field);
    if (!Array.isArray(value)) this.fail(field, 'expected a list.');
    return value;
  }

  /** A nested mapping; an absent one reads as empty. */
  nested(field: string, known: readonly string[]): EntryReader {
    return EntryReader.of(this.fields.get(field) ?? {}, { source: this.source, path: this.pathOf(field), known });
  }

  /** A list of nested mappings. */
  nestedList(field: string, known: readonly string[]): readonly EntryReader[] {
    return this.list(field).map((item, index) =>
      EntryReader.of(item, { source: this.source, path: `${this.pathOf(field)}[${index}]`, known }),
    );
  }

  fail(field: string, complaint: string): never {
    throw new ConfigurationError(`${this.source}: ${this.pathOf(field)}: ${complaint}`);
  }

  private oneOf<const T extends string>(field: string, value: string, choices: readonly T[]): T {
    const choice = choices.find((candidate) => candidate === value);
    return choice ?? this.fail(field, `expected one of ${choices.join(', ')}, but is '${value}'.`);
  }

  private pathOf(field: string): string {
    return this.path === '' ? field : `${this.path}.${field}`;
  }
}
