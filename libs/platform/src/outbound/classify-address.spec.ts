import { describe, expect, it } from 'vitest';
import { classifyAddress } from './classify-address.js';

describe('an address', () => {
  it.each(['8.8.8.8', '2606:4700::1111'])('%s is public', (address) => {
    expect(classifyAddress(address)).toBe('public');
  });

  it.each([
    ['private', '10.0.0.1'],
    ['private', '172.31.255.255'],
    ['private', '192.168.1.1'],
    ['loopback', '127.8.9.1'],
    ['shared by carriers', '100.64.0.1'],
    ['for benchmarks', '198.18.0.1'],
    ['for documentation', '203.0.113.9'],
    ['reserved', '240.0.0.1'],
    ['the relay of 6to4', '192.88.99.1'],
    ['loopback', '::1'],
    ['IPv4-compatible', '::7f00:1'],
    ['IPv4-mapped', '::ffff:127.0.0.1'],
    ['IPv4-mapped and public', '::ffff:8.8.8.8'],
    ['IPv4-translated', '::ffff:0:7f00:1'],
    ['NAT64', '64:ff9b::7f00:1'],
    ['NAT64 of a network of its own', '64:ff9b:1::7f00:1'],
    ['6to4', '2002:7f00:1::'],
    ['Teredo', '2001::1'],
    ['unique local', 'fc00::1'],
    ['site local', 'fec0::1'],
    ['for documentation', '2001:db8::1'],
    ['not given out', '4000::1'],
  ])('that is %s (%s) is not public', (_what, address) => {
    expect(classifyAddress(address)).toBe('private');
  });

  it.each([
    ['of nobody', '0.0.0.0'],
    ['of nobody', '::'],
    ['of metadata', '169.254.169.254'],
    ['of metadata', 'fd00:ec2::254'],
    ['of metadata', '168.63.129.16'],
    ['of metadata', '100.100.100.200'],
    ['of metadata', '192.0.0.192'],
    ['link-local', 'fe80::1%eth0'],
    ['of many', '224.0.0.1'],
    ['of many', 'ff02::1'],
    ['of all', '255.255.255.255'],
    ['that is none', 'localhost'],
  ])('%s (%s) is never called', (_what, address) => {
    expect(classifyAddress(address)).toBe('never');
  });
});
