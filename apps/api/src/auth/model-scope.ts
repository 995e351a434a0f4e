/** Which models a key may call: exact ids, and patterns in which `*` stands for any characters (`Qwen*`). */
export class ModelScope {
  private readonly ids = new Set<string>();
  private readonly patterns: RegExp[] = [];

  constructor(names: readonly string[]) {
    for (const name of names) {
      if (name.includes('*')) this.patterns.push(toPattern(name));
      else this.ids.add(name);
    }
  }

  /** @param id the model's id in the catalog, with its tag. */
  allows(id: string): boolean {
    if (this.ids.has(id)) return true;
    for (const pattern of this.patterns) if (pattern.test(id)) return true;
    return false;
  }
}

function toPattern(name: string): RegExp {
  const source = name
    .split('*')
    .map((text) => text.replaceAll(/[.+?^${}()|[\]\\]/g, String.raw`\$&`))
    .join('.*');
  return new RegExp(`^${source}$`, 's');
}
