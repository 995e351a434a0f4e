import { describe, expect, it } from 'vitest';
import { originOf, planApi, planLocalAws, planWorker, type AppsPlan } from '#scripts/launcher/app-parts';

const PLAN: AppsPlan = {
  home: '/home/of/sluice',
  host: '127.0.0.1',
  port: 8080,
  workerPort: 20_001,
  localAwsPort: 20_002,
  redisUrl: 'redis://127.0.0.1:20003',
  apiKey: 'sk-test',
  keyPepper: 'pepper',
  environment: { PATH: '/bin', AWS_PROFILE: 'work', AWS_SESSION_TOKEN: 'real', AWS_SECRET_ACCESS_KEY: 'real' },
};

describe('the plans of the apps', () => {
  it.each([
    ['api', planApi(PLAN)],
    ['worker', planWorker(PLAN)],
    ['local-aws', planLocalAws(PLAN, 20_002)],
  ])('keep the account of the machine’s owner away from %s', (_name, { environment }) => {
    expect(environment).toMatchObject({ PATH: '/bin', AWS_SECRET_ACCESS_KEY: 'sluice-local-secret' });
    expect(environment).not.toHaveProperty('AWS_PROFILE');
    expect(environment).not.toHaveProperty('AWS_SESSION_TOKEN');
  });

  it('leave the environment as it is for the real AWS', () => {
    const { environment } = planWorker({ ...PLAN, localAwsPort: undefined });
    expect(environment).toMatchObject({ AWS_PROFILE: 'work', AWS_SESSION_TOKEN: 'real', REDIS_URL: PLAN.redisUrl });
    expect(environment).not.toHaveProperty('AWS_ENDPOINT_URL_S3');
  });

  it('give both apps the same bucket as the stand-in makes', () => {
    const plan = { ...PLAN, environment: { SLUICE_BUCKET: 'mine' } };
    expect(planLocalAws(plan, 1).environment).toMatchObject({ LOCAL_AWS_BUCKETS: 'mine' });
    expect(planApi(plan).environment).toMatchObject({ SLUICE_BUCKET: 'mine' });
  });

  it.each([
    ['127.0.0.1', 'http://127.0.0.1:8080'],
    ['0.0.0.0', 'http://127.0.0.1:8080'],
    ['::', 'http://127.0.0.1:8080'],
    ['::1', 'http://[::1]:8080'],
    ['gateway.local', 'http://gateway.local:8080'],
  ])('reach an api on HOST=%s at %s', (host, origin) => {
    expect(originOf({ host, port: 8080 })).toBe(origin);
  });
});
