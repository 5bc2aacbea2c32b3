import { describe, expect, it } from 'vitest';
import { isAllowed, isNamed, parseAllow } from './egress.ts';

const rules = (...texts: string[]) =>
  texts.map((text) => {
    const rule = parseAllow(text);
    if (rule === null) throw new Error(`${text} is no rule`);
    return rule;
  });

describe('an allow list', () => {
  it('lets the named host through at the ports of the web, unless a port is said', () => {
    const list = rules('api.example.com', 'mx.example.com:587');

    expect(isAllowed(list, 'api.example.com', 443)).toBe(true);
    expect(isAllowed(list, 'API.Example.com.', 80)).toBe(true);
    expect(isAllowed(list, 'api.example.com', 22)).toBe(false);
    expect(isAllowed(list, 'mx.example.com', 587)).toBe(true);
    expect(isAllowed(list, 'mx.example.com', 443)).toBe(false);
  });

  it('takes a suffix for what stands below it, not for itself and not for look-alikes', () => {
    const list = rules('*.example.com');

    expect(isNamed(list, 'a.b.example.com')).toBe(true);
    for (const other of ['example.com', 'badexample.com', 'example.com.evil.net', ''])
      expect(isNamed(list, other)).toBe(false);
  });

  it('takes addresses, which no suffix matches', () => {
    expect(isAllowed(rules('10.0.0.5:8443'), '10.0.0.5', 8443)).toBe(true);
    expect(isAllowed(rules('[2001:db8::1]:443'), '[2001:DB8::1]', 443)).toBe(true);
    expect(isNamed(rules('*.5'), '10.0.0.5')).toBe(false);
  });

  it.each([
    '',
    '*',
    '*.',
    'a b',
    'https://example.com',
    'example.com:0',
    'example.com:70000',
    'exa*mple.com',
    '10.0.0.256',
    'a..b',
    '-a.com',
    '*.*.com',
  ])('refuses "%s" as a line', (text) => {
    expect(parseAllow(text)).toBeNull();
  });
});
