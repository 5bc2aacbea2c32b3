import { describe, expect, it } from 'vitest';
import { parseProjectConfig } from './config-file.ts';
import { SAFETY_CHECKS } from './config-safety.ts';

const BASE = `version: 1
name: shop
odoo: { series: '19.0' }
stages:
  production: { url: https://erp.example.com }
  staging:
    branch: main
`;

/** `error stages.staging.egress.allow[0]`, as far as safety goes. */
const found = (text: string): readonly string[] => {
  const plain = parseProjectConfig(text);
  if (!plain.ok) throw new Error(JSON.stringify(plain.problems));
  const parsed = parseProjectConfig(text, 'slipway.yaml', SAFETY_CHECKS);
  const problems = parsed.ok ? parsed.warnings : parsed.problems;
  const before = new Set(plain.warnings.map(({ path, message }) => path + message));
  return problems
    .filter(({ path, message }) => !before.has(path + message))
    .map(({ severity, path }) => `${severity} ${path}`);
};
const staging = (yaml: string): string => `${BASE}    ${yaml}\n`;
const sanitise = (yaml: string): string => `${BASE}sanitise: ${yaml}\n`;

describe('SAFETY_CHECKS', () => {
  it('find nothing in a file that says nothing dangerous', () => {
    const fine = [
      "egress: { allow: ['api.example.com', '*.sandbox.example.org:8443', 'test-erp.example.com'] }",
      'parameters: { shop.endpoint: https://test-erp.example.com, shop.key: sk_test_1234 }',
      'environment: { LANGUAGE: en }',
    ];
    for (const yaml of fine) expect(found(staging(yaml))).toEqual([]);
    const rules = '{ columns: { x_lab.colour: keep, res_partner.email: email }, keep_attachments: [product.template] }';
    expect(found(sanitise(rules))).toEqual([]);
  });

  it.each([
    ['egress-to-anybody', "'*.org'"],
    ['egress-to-anybody', "'*.co.uk'"],
    ['egress-to-production', 'erp.example.com'],
    ['egress-to-production', "'*.example.com:443'"],
    ['egress-to-people', 'smtp.example.org'],
    ['egress-to-people', 'relay.example.org:587'],
    ['egress-to-people', 'api.sendgrid.com'],
    ['egress-to-odoo', 'iap.odoo.com'],
    ['egress-to-odoo', "'*.odoo.com'"],
  ])('%s: %s may not be let out to', (_, host) => {
    expect(found(staging(`egress: { allow: [${host}] }`))).toEqual(['error stages.staging.egress.allow[0]']);
  });

  it('has a person look at an address', () => {
    expect(found(staging("egress: { allow: ['192.0.2.7'] }"))).toEqual(['warning stages.staging.egress.allow[0]']);
  });

  it.each([
    ['web.base.url', 'https://staging.example.org'],
    ['mail.catchall.domain', 'example.org'],
    ['iap.endpoint', 'https://iap.odoo.com'],
    ['shop.endpoint', 'https://erp.example.com/api'],
    ['shop.stripe', 'sk_live_abcdef'],
    ['shop.store', 'https://user:password@files.example.org'],
  ])('the parameter %s: %s would undo neutralising', (key, value) => {
    const text = staging(`parameters: { ${key}: '${value}' }`);
    expect(found(text)).toEqual([`error stages.staging.parameters.${key}`]);
    expect(JSON.stringify(parseProjectConfig(text, 'f', SAFETY_CHECKS))).not.toMatch(/sk_live|user:password/);
  });

  it('look at variables, and at previews, too', () => {
    expect(found(staging('environment: { SHOP_API: "wss://erp.example.com:8443/x" }'))).toEqual([
      'error stages.staging.environment.SHOP_API',
    ]);
    expect(found(`${BASE}  preview: { egress: { allow: ['*.net'] }, data: staging, approve: everyone }\n`)).toEqual([
      'error stages.preview.egress.allow[0]',
      'error stages.preview.approve',
    ]);
  });

  it.each([
    ['{ columns: { res_partner.email: keep } }', 'error sanitise.columns.res_partner.email'],
    ['{ columns: { hr_employee.birthday: keep } }', 'error sanitise.columns.hr_employee.birthday'],
    ['{ columns: { x_device.api_key: keep } }', 'error sanitise.columns.x_device.api_key'],
    ['{ columns: { x_lab.description: keep } }', 'warning sanitise.columns.x_lab.description'],
    ['{ tables: { mail_mail: keep } }', 'error sanitise.tables.mail_mail'],
    ['{ keep_attachments: [product.template, account.move] }', 'error sanitise.keep_attachments[1]'],
    ['{ unknown: mask }', 'warning sanitise.unknown'],
  ])('%s lets people through', (yaml, expected) => {
    expect(found(sanitise(yaml))).toEqual([expected]);
  });

  it('say when they are blind', () => {
    expect(found(BASE.replace('{ url: https://erp.example.com }', '{}'))).toEqual(['warning stages.production']);
  });
});
