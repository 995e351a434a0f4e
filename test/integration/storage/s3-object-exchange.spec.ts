import { CreateBucketCommand, GetObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { GatewayError } from '#platform';
import { S3ObjectExchange } from '#storage';
import { startLocalS3, type LocalS3 } from './start-local-s3.js';

describe('Objects exchanged with other services through S3', () => {
  let s3: LocalS3;
  let exchange: S3ObjectExchange;

  beforeAll(async () => {
    s3 = await startLocalS3();
    exchange = s3.openExchange({ prefix: 'shared/' });
  });

  afterAll(async () => {
    await s3.close();
  });

  it('are written where their location says, under the prefix of the installation', async () => {
    const location = await exchange.write('async/a.wav', Buffer.from('sound'), { contentType: 'audio/wav' });

    expect(location).toBe(`s3://${s3.bucket}/shared/async/a.wav`);
    const stored = await s3.client.send(new GetObjectCommand({ Bucket: s3.bucket, Key: 'shared/async/a.wav' }));
    expect(await stored.Body?.transformToString()).toBe('sound');
    expect(stored.ContentType).toBe('audio/wav');
    expect(await exchange.read(location)).toEqual(Buffer.from('sound'));
  });

  it('are read from any bucket, whatever prefix this installation has', async () => {
    await s3.client.send(new CreateBucketCommand({ Bucket: 'results' }));
    await s3.client.send(new PutObjectCommand({ Bucket: 'results', Key: 'out/1.out', Body: '{}' }));

    expect(await exchange.read('s3://results/out/1.out')).toEqual(Buffer.from('{}'));
  });

  it('are listed under a prefix of any bucket, page by page to the last', async () => {
    await s3.client.send(new CreateBucketCommand({ Bucket: 'many' }));
    const names = Array.from({ length: 1_005 }, (_, index) => `out/a/${String(index).padStart(4, '0')}.json`);
    for (const Key of [...names, 'out/b/0000.json']) {
      await s3.client.send(new PutObjectCommand({ Bucket: 'many', Key, Body: '{}' }));
    }

    expect(await exchange.list('s3://many/out/a/')).toEqual(names.map((name) => `s3://many/${name}`));
    expect(await exchange.list('s3://many/out/c/')).toEqual([]);
  });

  it('are undefined while they are not there, and again once removed', async () => {
    const location = await exchange.write('async/b', Buffer.from('x'));
    await exchange.remove('async/b');
    await exchange.remove('async/never-there');

    expect(await exchange.read(location)).toBeUndefined();
  });

  it('end with the signal of their caller', async () => {
    const left = new GatewayError('client_closed_request', 'left');

    await expect(exchange.read('s3://results/out/1.out', { signal: AbortSignal.abort(left) })).rejects.toBe(left);
  });

  it('refuse a location that names no object', async () => {
    await expect(exchange.read('https://example.com/x')).rejects.toMatchObject({ reason: 'internal_error' });
  });
});
