import { Failure } from '@slipway/contracts/failure';
import { describe, expect, test } from 'vitest';
import { Secret } from '../domain/secret.ts';
import {
  CONFIG_FILE,
  type OdooConfigFacts,
  odooConfig,
  serveArguments,
  shellArguments,
  updateArguments,
} from './process.ts';

const FACTS: OdooConfigFacts = {
  series: '19.0',
  database: 'odoo_pr_12',
  databaseHost: '/run/slipway-pg',
  databasePort: 5432,
  role: 'odoo_pr_12',
  password: new Secret('p%(x)s;#"word'),
  masterPassword: new Secret('m4ster'),
  addonsPath: ['/mnt/slipway/addons', '/mnt/slipway/oca/web'],
  dataFolder: '/var/lib/odoo',
  workers: 0,
  memoryBytes: 2 ** 30,
  httpPort: 8069,
  websocketPort: 8072,
  silent: true,
};
const linesOf = (facts: Partial<OdooConfigFacts> = {}): readonly string[] =>
  odooConfig({ ...FACTS, ...facts })
    .reveal()
    .split('\n');

describe('odoo.conf', () => {
  test('of a copy sends no report to Odoo’s maker, by whatever job a person starts', () => {
    expect(linesOf()).toContain('publisher_warranty_url = http://127.0.0.1:9/');
    expect(linesOf({ silent: false }).join()).not.toContain('publisher_warranty_url');
  });

  test('shuts the process into its one database', () => {
    expect(linesOf()).toEqual(
      expect.arrayContaining([
        '[options]',
        'db_host = /run/slipway-pg',
        'db_name = odoo_pr_12',
        'dbfilter = ^odoo_pr_12$',
        'list_db = False',
        'max_cron_threads = 0',
        'proxy_mode = True',
        'http_interface = 0.0.0.0',
        'addons_path = /usr/lib/python3/dist-packages/odoo/addons,/mnt/slipway/addons,/mnt/slipway/oca/web',
      ]),
    );
  });

  test('takes signs that mean something in other formats as they stand', () => {
    expect(linesOf()).toContain('db_password = p%(x)s;#"word');
  });

  test('names the websocket port as the series does', () => {
    expect(linesOf()).toContain('gevent_port = 8072');
    expect(linesOf({ series: '15.0' })).toContain('longpolling_port = 8072');
  });

  test('gives each process its share of the memory, in the virtual memory that Odoo measures', () => {
    expect(linesOf()).toContain(`limit_memory_soft = ${2 * 2 ** 30}`);
    expect(linesOf({ workers: 2, memoryBytes: 4 * 2 ** 30 })).toContain(`limit_memory_soft = ${2 * 2 ** 30}`);
  });

  test.each(['a\nadmin_passwd = x', 'a\rb', ' a', 'a ', 'None', 'False', '', 'a\0b', 'a\u2028b'])(
    'refuses the value %j, which Odoo would read as something else',
    (value) => {
      expect(() => linesOf({ password: new Secret(value) })).toThrow(Failure);
    },
  );

  test('prints as a mask', () => {
    expect(`${odooConfig(FACTS)} ${JSON.stringify(odooConfig(FACTS))}`).toBe('[secret] "[secret]"');
  });
});

describe('arguments', () => {
  const UPDATE = { series: '19.0', database: 'db', install: [], update: [], testTags: null, demo: false };

  test('serve one database with the configuration file', () => {
    expect(serveArguments({ database: 'db' })).toEqual(['--config', CONFIG_FILE, '-d', 'db']);
  });

  test('install, update and test in one run', () => {
    expect(updateArguments({ ...UPDATE, install: ['a', 'b'], update: ['c'], testTags: '/a,/b' })).toEqual([
      ...['--config', CONFIG_FILE, '-d', 'db', '-i', 'a,b', '-u', 'c'],
      ...['--test-enable', '--test-tags', '/a,/b', '--stop-after-init'],
    ]);
  });

  test('open no port without tests', () => {
    expect(updateArguments({ ...UPDATE, update: ['c'] })).toContain('--no-http');
  });

  test.each([
    ['19.0', true, ['--with-demo']],
    ['19.0', false, []],
    ['18.0', true, []],
    ['18.0', false, ['--without-demo=all']],
  ])('%s with demo %s: %j', (series, demo, expected) => {
    expect(updateArguments({ ...UPDATE, series, demo }).filter((each) => each.includes('demo'))).toEqual(expected);
  });

  test('of a shell name the database', () => {
    expect(shellArguments({ database: 'db' })).toEqual(['shell', '--config', CONFIG_FILE, '-d', 'db', '--no-http']);
  });

  test('of an unknown series are refused with the known ones', () => {
    expect(() => updateArguments({ ...UPDATE, series: '12.0' })).toThrow(
      'There is no Odoo series called 12.0; known are: 14.0',
    );
  });
});
