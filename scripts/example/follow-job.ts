import type { Sluice } from '#scripts/example/find-sluice';
import { createProgressLine, renderProgress } from '#scripts/example/progress-bar';

export interface Job {
  readonly id: string;
  readonly status: string;
  readonly progress: { readonly total: number | null; readonly done: number; readonly failed: number };
  readonly error_file_id: string | null;
  readonly errors: { readonly data: readonly { readonly message: string }[] } | null;
}

const ENDED = ['completed', 'failed', 'expired', 'cancelled'];

/** Starts a job and shows how far it is until it has ended. Each look waits for news on the server's side. */
export async function followJob({ baseUrl, apiKey }: Sluice, request: object): Promise<Job> {
  const headers = { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json', prefer: 'wait=5' };
  let job = await read(await fetch(`${baseUrl}/jobs`, { method: 'POST', headers, body: JSON.stringify(request) }));
  const startedAt = Date.now();
  const line = createProgressLine();
  for (;;) {
    const { done, total } = job.progress;
    line.show(`${renderProgress(Math.round(done), Math.round(total ?? 0), Date.now() - startedAt)}  ${job.status}`);
    if (ENDED.includes(job.status)) break;
    job = await read(await fetch(`${baseUrl}/jobs/${job.id}`, { headers }));
  }
  line.end();
  return job;
}

async function read(response: Response): Promise<Job> {
  const body = (await response.json()) as Job & { readonly error?: { readonly message: string } };
  if (!response.ok) throw new Error(body.error?.message ?? `status ${response.status}`);
  return body;
}
