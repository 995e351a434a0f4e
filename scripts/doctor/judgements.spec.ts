import { describe, expect, it } from 'vitest';
import { ConfigurationError, readString } from '#platform';
import { judgeClock } from '#scripts/doctor/check-clock';
import { checkConfiguration } from '#scripts/doctor/check-configuration';
import { checkNode } from '#scripts/doctor/check-node';
import { reasonOf } from '#scripts/doctor/checkup';
import { failure, ok, skipped, warning } from '#scripts/doctor/finding';
import { parseRedisInfo } from '#scripts/doctor/parse-redis-info';
import { readOptions } from '#scripts/doctor/read-options';
import { renderFindings, renderJson } from '#scripts/doctor/render-findings';

describe('the doctor', () => {
  it('refuses a Node that is older than the engines field', () => {
    const statuses = ['20.19.0', '22.18.9', '22.19.0', '24.0.0', '26.10.0'].map(
      (version) => checkNode(version)[0]?.status,
    );
    expect(statuses).toEqual(['failure', 'failure', 'ok', 'ok', 'ok']);
  });

  it('warns of a clock before AWS refuses its signatures', () => {
    const statuses = [0, -29_000, 31_000, -299_000, 301_000, -400_000].map((offsetMs) => judgeClock(offsetMs).status);
    expect(statuses).toEqual(['ok', 'ok', 'warning', 'warning', 'failure', 'failure']);
    expect(judgeClock(-40_000).detail).toBe('40 s behind S3');
  });

  it('reports what keeps a process from starting, and lets defects of a reader through', () => {
    const read = (environment: Readonly<Record<string, string | undefined>>): string =>
      readString(environment, 'NEEDED');
    expect(checkConfiguration([{ process: 'api', read }], { NEEDED: 'x' })[0]?.status).toBe('ok');
    const [finding] = checkConfiguration([{ process: 'api', read }], {});
    expect([finding?.status, finding?.detail]).toEqual(['failure', 'NEEDED is not set. Set it in the environment.']);
    const defect = (): never => {
      throw new TypeError('a defect');
    };
    expect(() => checkConfiguration([{ process: 'api', read: defect }], {})).toThrow(TypeError);
  });

  it('says why in one line, with the cause where the error itself says little', () => {
    const refused = Object.assign(new Error('connect ECONNREFUSED 127.0.0.1:1'), { code: 'ECONNREFUSED' });
    expect(reasonOf(new TypeError('fetch failed', { cause: refused }))).toBe('fetch failed: ECONNREFUSED');
    expect(reasonOf(new ConfigurationError('two\n  lines'))).toBe('two lines');
  });

  it('reads what Redis says of itself', () => {
    const information = parseRedisInfo(
      '# Server\r\nredis_version:7.2.4\r\n\r\nmaxmemory_policy:noeviction\r\nos:Linux: x\r\n',
    );
    expect([...information]).toEqual([
      ['redis_version', '7.2.4'],
      ['maxmemory_policy', 'noeviction'],
      ['os', 'Linux: x'],
    ]);
  });

  it('tells for each finding that is not well what to do', () => {
    const findings = [
      ok('a', 'fine'),
      warning('b', 'slow', 'move it'),
      failure('c', 'gone', 'make one'),
      skipped('d', 'no', '-'),
    ];
    const text = renderFindings(findings);
    expect(text).toContain(
      'ok    a: fine\nWARN  b: slow\n      → move it\nFAIL  c: gone\n      → make one\nskip  d: no\n',
    );
    expect(text).toContain('1 failures, 1 warnings');
    expect((JSON.parse(renderJson(findings)) as { ok: boolean }).ok).toBe(false);
    expect((JSON.parse(renderJson(findings.slice(0, 2))) as { ok: boolean }).ok).toBe(true);
  });

  it('knows its options and no others', () => {
    expect(readOptions([])).toEqual({ json: false, calls: true });
    expect(readOptions(['--no-calls', '--json'])).toEqual({ json: true, calls: false });
    expect(readOptions(['--jsno'])).toBeUndefined();
  });
});
