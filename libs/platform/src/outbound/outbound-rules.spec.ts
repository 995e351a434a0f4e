import { describe, expect, it } from 'vitest';
import { ConfigurationError } from '../config/environment.js';
import { GatewayError } from '../errors/gateway-error.js';
import { readOutboundConfig } from './outbound.config.js';
import { OutboundRules } from './outbound-rules.js';

function rules(environment: Record<string, string> = {}): OutboundRules {
  return new OutboundRules(readOutboundConfig(environment));
}

function refusalOf(text: string, environment: Record<string, string> = {}): string | undefined {
  try {
    rules(environment).checkUrl(text);
    return undefined;
  } catch (error) {
    if (GatewayError.is(error, 'address_refused')) return error.message;
    throw error;
  }
}

describe('the rules for addresses out of requests', () => {
  it('let https addresses of names and of public hosts pass, and read them as they will be called', () => {
    expect(rules().checkUrl('https://Hooks.Example.com:443/a?b=c#d').href).toBe('https://hooks.example.com/a?b=c');
    expect(refusalOf('https://8.8.8.8:8443/')).toBeUndefined();
    expect(refusalOf('https://[2606:4700::1111]/')).toBeUndefined();
  });

  it.each([
    'https://127.0.0.1/',
    'https://2130706433/',
    'https://0177.0.0.1/',
    'https://0x7f.1/',
    'https://0x7f000001/',
    'https://127.1/',
    'https://127.0.0.1./',
    'https://１２７.０.０.１/',
    'https://[::ffff:127.0.0.1]/',
    'https://[::ffff:7f00:1]/',
    'https://[::1]/',
    'https://[64:ff9b::10.0.0.1]/',
    'https://[2002:0a00:0001::]/',
    'https://169.254.169.254/latest/meta-data/',
  ])('refuse %s, which is no public host in any spelling', (url) => {
    expect(refusalOf(url)).toMatch(/not a public one/);
  });

  it.each([
    ['http://example.com/', /must use https/],
    ['ftp://example.com/', /must use https/],
    ['file:///etc/passwd', /must use https/],
    ['https://user@example.com/', /user name/],
    ['https://:secret@example.com/', /user name/],
    ['https://example.com:6379/', /port must be 443 or 8443/],
    ['https://example.com\\@10.0.0.1/', /no URL/],
    ['https://exa\tmple.com/', /no URL/],
    ['https://', /no URL/],
    ['example.com', /no URL/],
    [`https://example.com/${'a'.repeat(2100)}`, /no URL/],
  ])('refuse %s', (url, why) => {
    expect(refusalOf(url)).toMatch(why);
  });

  it('let an operator name hosts, endings of hosts, addresses and ranges that are not public', () => {
    const allowing = rules({ SLUICE_OUTBOUND_ALLOW: 'hooks.internal, *.corp.example, 10.1.0.0/16, fd12::/16' });
    const pass = (url: string, address: string): boolean => {
      try {
        allowing.checkAddress(allowing.checkUrl(url), address);
        return true;
      } catch (error) {
        if (!GatewayError.is(error, 'address_refused')) throw error;
        return false;
      }
    };

    expect(pass('https://hooks.internal/', '192.168.0.9')).toBe(true);
    expect(pass('https://a.corp.example/', '192.168.0.9')).toBe(true);
    expect(pass('https://corp.example.evil.com/', '192.168.0.9')).toBe(false);
    expect(pass('https://any.example.com/', '10.1.2.3')).toBe(true);
    expect(pass('https://any.example.com/', '::ffff:10.1.2.3')).toBe(false);
    expect(pass('https://any.example.com/', '10.2.2.3')).toBe(false);
    expect(pass('https://[fd12::7]/', 'fd12::7')).toBe(true);
  });

  it('keep metadata services closed whatever an operator allows', () => {
    const allowing = rules({ SLUICE_OUTBOUND_ALLOW: '0.0.0.0/0,metadata.internal' });

    expect(() => allowing.checkUrl('https://169.254.169.254/')).toThrow(GatewayError);
    expect(() => allowing.checkAddress(allowing.checkUrl('https://metadata.internal/'), '169.254.169.254')).toThrow(
      GatewayError,
    );
  });

  it('let plain http go to what the operator has named alone, and only when switched on', () => {
    const named = { SLUICE_OUTBOUND_ALLOW: '127.0.0.1', SLUICE_OUTBOUND_PORTS: 'any' };
    const plain = rules({ ...named, SLUICE_OUTBOUND_HTTP: 'true' });

    expect(refusalOf('http://127.0.0.1:8080/', named)).toMatch(/must use https/);
    expect(plain.checkUrl('http://127.0.0.1:8080/').port).toBe('8080');
    expect(() => plain.checkUrl('http://8.8.8.8/')).toThrow(GatewayError);
  });

  it('can be closed to all but what is named', () => {
    const closed = { SLUICE_OUTBOUND_PUBLIC: 'false', SLUICE_OUTBOUND_ALLOW: 'hooks.example.com' };

    expect(refusalOf('https://hooks.example.com/', closed)).toBeUndefined();
    expect(refusalOf('https://other.example.com/', closed)).toMatch(/not among those/);
    expect(refusalOf('https://8.8.8.8/', closed)).toMatch(/not among those/);
  });

  it.each([
    { SLUICE_OUTBOUND_ALLOW: 'https://example.com' },
    { SLUICE_OUTBOUND_ALLOW: '10.0.0.0/33' },
    { SLUICE_OUTBOUND_PORTS: '443,x' },
    { SLUICE_OUTBOUND_PORTS: '70000' },
  ])('do not start from %o', (environment) => {
    expect(() => readOutboundConfig(environment)).toThrow(ConfigurationError);
  });
});
