/** What a container answers on its `/invocations` route. */
export interface ContainerAnswer {
  readonly status: number;
  readonly contentType: string;
  /** The whole body, or the pieces of a stream as the container writes them. */
  readonly body: Buffer | AsyncIterable<Buffer>;
}

export function createJsonAnswer(status: number, data: object): ContainerAnswer {
  return { status, contentType: 'application/json', body: Buffer.from(JSON.stringify(data)) };
}

export async function collectBody(answer: ContainerAnswer): Promise<Buffer> {
  if (Buffer.isBuffer(answer.body)) return answer.body;
  const pieces: Buffer[] = [];
  for await (const piece of answer.body) pieces.push(piece);
  return Buffer.concat(pieces);
}
