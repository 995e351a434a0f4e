interface TableEntry {
  readonly pattern: RegExp;
  readonly methods: Set<string>;
}

/** Which methods each path answers; the router itself only knows pairs, and would say 404 for a wrong method. */
export class RouteTable {
  private readonly entries = new Map<string, TableEntry>();

  add(method: string, path: string): void {
    const entry = this.entries.get(path) ?? { pattern: toPattern(path), methods: new Set<string>() };
    entry.methods.add(method);
    this.entries.set(path, entry);
  }

  /** Methods of a request path, sorted; empty when no route has it. */
  methodsOf(requestPath: string): string[] {
    const path = normalise(requestPath);
    const methods = new Set<string>();
    for (const entry of this.entries.values()) {
      if (entry.pattern.test(path)) for (const method of entry.methods) methods.add(method);
    }
    return [...methods].toSorted();
  }

  /** Every registered pair. */
  list(): { readonly method: string; readonly path: string }[] {
    return [...this.entries].flatMap(([path, { methods }]) => [...methods].map((method) => ({ method, path })));
  }
}

function normalise(path: string): string {
  const single = path.replaceAll(/\/{2,}/g, '/');
  return single.length > 1 && single.endsWith('/') ? single.slice(0, -1) : single;
}

function toPattern(path: string): RegExp {
  const source = normalise(path)
    .split('/')
    .map((segment) => {
      if (segment === '*') return '.+';
      if (segment.startsWith(':')) return '[^/]+';
      return segment.replaceAll(/[.*+?^${}()|[\]\\]/g, String.raw`\$&`);
    })
    .join('/');
  return new RegExp(`^${source}$`);
}
