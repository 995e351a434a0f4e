import { describe, expect, it } from 'vitest';
import { answerJson, loseAnswer, startStubServer } from '../testing/start-stub-server.js';

const CREATE = { method: 'POST', path: '/jobs', headers: { 'idempotency-key': 'one' }, body: '{}' } as const;
const ERROR = { error: { message: 'Too much.', type: 'server_error', param: null, code: null } };

describe('a call', () => {
  it('whose answer was lost is made again with the same key, so that it has one effect', async () => {
    await using stub = await startStubServer([answerJson(200, {}), loseAnswer, answerJson(202, { id: 'job_1' })]);
    await stub.api.json({ path: '/jobs?limit=1' });
    const { body } = await stub.api.json(CREATE);
    expect(body).toEqual({ id: 'job_1' });
    expect(stub.requests.slice(1).map(({ headers }) => headers['idempotency-key'])).toEqual(['one', 'one']);
    expect(stub.said()).toMatch(
      /^! http.*: the connection was cut; trying again for 1 min\n✓ connected again after 1 s\n$/,
    );
  });

  it.each([429, 500, 503, 409])('that is answered with %i is made again', async (status) => {
    await using stub = await startStubServer([
      answerJson(status, ERROR, { 'retry-after-ms': '1' }),
      answerJson(200, { fine: true }),
    ]);
    expect((await stub.api.json(CREATE)).body).toEqual({ fine: true });
    expect(stub.said()).toContain(`status ${status}, Too much; trying again`);
  });

  it('that is refused is not made again, and says why', async () => {
    await using stub = await startStubServer([answerJson(400, ERROR, { 'x-request-id': 'req_1' })]);
    await expect(stub.api.json(CREATE)).rejects.toMatchObject({
      message: 'Too much. (status 400, request req_1)',
      exitCode: 4,
    });
    expect(stub.requests).toHaveLength(1);
  });

  it('is not made again where the server says so', async () => {
    await using stub = await startStubServer([answerJson(500, ERROR, { 'x-should-retry': 'false' })]);
    await expect(stub.api.json(CREATE)).rejects.toMatchObject({ exitCode: 3 });
    expect(stub.requests).toHaveLength(1);
  });

  it('is given up when patience is over', async () => {
    await using stub = await startStubServer([answerJson(503, ERROR)], 600);
    await expect(stub.api.json(CREATE)).rejects.toMatchObject({ exitCode: 3 });
    expect(stub.requests.length).toBeGreaterThan(1);
  });

  it('to what is no such server is told', async () => {
    await using stub = await startStubServer([(_, response) => response.end('<html>Welcome</html>')]);
    await expect(stub.api.json(CREATE)).rejects.toThrow('does not answer in JSON. Is it the right base URL?');
  });
});
