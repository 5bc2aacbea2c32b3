import { describe, expect, it } from 'vitest';
import { parseProjectConfig } from './config-file.ts';

const parse = (smoke: string) =>
  parseProjectConfig(`version: 1\nname: shop\nodoo: { series: '19.0' }\nsmoke:\n${smoke}`);
const problems = (smoke: string): readonly string[] => {
  const parsed = parse(smoke);
  return parsed.ok ? [] : parsed.problems.map(({ line, path, message }) => `${line} ${path} ${message}`);
};

describe('the section smoke', () => {
  it('is whole without a word', () => {
    const parsed = parseProjectConfig("version: 1\nname: shop\nodoo: { series: '19.0' }\n");

    expect(parsed.ok && parsed.config.smoke).toEqual({
      database_selector: 'disabled',
      paths: [],
      thresholds: { p95_ms: 500, error_percent: 0.1, log_errors: 0, modules: 1, models: 1 },
      probe: { path: '/web/login', requests: 40, concurrency: 2 },
      browser: false,
    });
  });

  it('takes what a project writes', () => {
    expect(
      problems(`  database_selector: enabled
  paths: [{ path: '/api/v1/health?full=1', status: 200, text: ok, maximum_ms: 300 }, { path: /robots.txt }]
  login: { user: smoke@example.com, password: SMOKE_PASSWORD, api_key: SMOKE_KEY }
  probe: { requests: 100, concurrency: 4 }
  browser: true
`),
    ).toEqual([]);
  });

  it.each([
    ['  selector: disabled', '5 smoke.selector is an unknown key'],
    [
      '  database_selector: disable',
      '5 smoke.database_selector must be one of the allowed values; did you mean disabled?',
    ],
    ['  paths: [{ path: api/v1 }]', '5 smoke.paths[0].path must be a path of this Odoo, beginning with one /'],
    ['  paths: [{ path: //evil.example/x }]', '5 smoke.paths[0].path must be a path of this Odoo'],
    ['  paths: [{ path: /a, status: 99 }]', '5 smoke.paths[0].status must be at least 100'],
    ['  paths: [{ path: /a }, { path: /a }]', '5 smoke.paths names a path twice'],
    ['  paths: [{ path: /a, method: POST }]', '5 smoke.paths[0].method is an unknown key'],
    ['  thresholds: { error_percent: 101 }', '5 smoke.thresholds.error_percent must be at most 100'],
    ['  thresholds: { p95_ms: fast }', '5 smoke.thresholds.p95_ms must be a number'],
    ['  probe: { requests: 100000 }', '5 smoke.probe.requests must be at most 500'],
    ['  login: { user: smoke }', '5 smoke.login names a user, but neither a password nor an api_key to get in with'],
    ['  login: { user: smoke, password: geheim }', '5 smoke.login.password must be upper case letters, digits and _'],
    ['  browser: on', '5 smoke.browser must be true or false'],
  ])('refuses %s at its line', (text, problem) => {
    expect(problems(text)).toEqual([expect.stringContaining(problem)]);
  });
});
