export async function collect(body: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of body) chunks.push(chunk);
  return Buffer.concat(chunks);
}

export async function* toAsync<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items;
}
