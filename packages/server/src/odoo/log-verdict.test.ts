import { describe, expect, test } from 'vitest';
import { judgeLog } from './log-verdict.ts';

/** Lines as Odoo 19.0 wrote them in November 2026, shortened. */
const at = (level: string, logger: string, message: string): string =>
  `2026-11-21 05:36:17,035 1 ${level} odoo_pr_1 ${logger}: ${message} `;
const info = (message: string): string => at('INFO', 'odoo.modules.loading', message);
const ENDED = at('INFO', 'odoo.service.server', 'Initiating shutdown');
const START = [info('Loading module shop_order (15/16)'), info('Module shop_order loaded in 0.13s, 83 queries')];
const summary = (level: string, failed: number, run: number): string =>
  at(level, 'odoo.tests.result', `${failed} failed, 0 error(s) of ${run} tests when loading database 'odoo_pr_1'`);
const CLEAN = [...START, info('Modules loaded.'), summary('INFO', 0, 3), ENDED];
const FAILED_TEST = [
  at('ERROR', 'odoo.addons.shop_order.tests.test_order', 'FAIL: TestShopOrder.test_total'),
  'Traceback (most recent call last):',
  '  File "/mnt/slipway/addons/shop_order/tests/test_order.py", line 7, in test_total',
  '    self.assertEqual(order.total, 8.5)',
  'AssertionError: 7.5 != 8.5',
  '',
];
const TEST_RUN = [
  ...START,
  ...FAILED_TEST,
  at('ERROR', 'odoo.modules.loading', 'At least one test failed when loading the modules.'),
  summary('ERROR', 1, 3),
  ENDED,
];
const CRASH = (...raised: string[]): string[] => [
  info('Loading module shop_order (15/16)'),
  at('ERROR', 'odoo.registry', 'Failed to load registry'),
  at('CRITICAL', 'odoo.service.server', 'Failed to initialize database `odoo_pr_1`.'),
  'Traceback (most recent call last):',
  '  File "/usr/lib/python3/dist-packages/odoo/service/server.py", line 1510, in preload_registries',
  '    registry = Registry.new(',
  '        dbname,',
  '    )',
  ...raised,
  ENDED,
];

describe('green', () => {
  test('is a run that loaded its modules, ended by itself and warned of nothing', () => {
    expect(judgeLog(CLEAN, 0)).toEqual({
      verdict: 'green',
      installed: true,
      failingTests: [],
      tests: { run: 3, failed: 0 },
      warnings: [],
      errors: [],
      failedModule: null,
      summary: '3 tests, 0 failed, 0 warnings, 0 errors',
    });
  });

  test('forgives warnings that say nothing about the modules', () => {
    const lines = [
      at('WARNING', 'odoo.service.db', 'Unable to create PostgreSQL extensions : permission denied'),
      ...START,
      info('Modules loaded.'),
      summary('WARNING', 0, 0),
      ENDED,
    ];

    expect(judgeLog(lines, 0)).toMatchObject({ verdict: 'green', summary: 'no tests, 0 warnings, 0 errors' });
  });

  test('counts no tests where none were asked for, which is not the same as none found', () => {
    expect(judgeLog([...START, info('Modules loaded.'), ENDED], 0)).toMatchObject({ verdict: 'green', tests: null });
    expect(judgeLog([...START, info('Modules loaded.'), summary('INFO', 0, 0), ENDED], 0).tests).toEqual({
      run: 0,
      failed: 0,
    });
  });

  test('is seen through the colours of a terminal', () => {
    const coloured = CLEAN.map((line) => line.replace('INFO', '\x1b[1;32m\x1b[1;49mINFO\x1b[0m'));

    expect(judgeLog(coloured, 0).verdict).toBe('green');
  });
});

test('yellow is a run with a warning', () => {
  const warning = at(
    'WARNING',
    'odoo.modules.loading',
    "The models ['shop.order'] have no access rules in module shop_order",
  );
  const judgement = judgeLog([warning, 'id,name,model_id:id', ...CLEAN], 0);

  expect(judgement).toMatchObject({ verdict: 'yellow', installed: true, errors: [] });
  expect(judgement.warnings).toEqual(["The models ['shop.order'] have no access rules in module shop_order"]);
});

describe('red', () => {
  test('is a failing test, by the name that --test-tags takes; the modules are installed all the same', () => {
    const judgement = judgeLog(TEST_RUN, 1);

    expect(judgement).toMatchObject({
      verdict: 'red',
      installed: true,
      failingTests: ['/shop_order:TestShopOrder.test_total'],
      tests: { run: 3, failed: 1 },
      failedModule: null,
    });
    expect(judgement.errors[0]).toBe('AssertionError: 7.5 != 8.5');
  });

  test('names subtests and failing class set-ups', () => {
    const lines = [
      at('ERROR', 'odoo.addons.shop.tests.test_a', 'FAIL: Subtest TestA.test_b (n=1)'),
      at('ERROR', 'odoo.tests.suite', 'ERROR: setUpClass (odoo.addons.shop.tests.test_c.TestC)'),
      ...CLEAN,
    ];

    expect(judgeLog(lines, 1).failingTests).toEqual(['/shop:TestA.test_b', '/shop:TestC']);
  });

  test('is a broken view: the module and the cause are named, not the frames around them', () => {
    const lines = CRASH(
      'odoo.tools.convert.ParseError: while parsing /mnt/slipway/addons/shop_order/views/order.xml:3',
      'Error while validating view near:',
      '',
      '<list><field name="quantiti"/></list>',
      'Field "quantiti" does not exist in model "shop.order"',
      '',
      'View error context:',
      "{'file': '/mnt/slipway/addons/shop_order/views/order.xml'}",
    );
    const judgement = judgeLog(lines, 255);

    expect(judgement).toMatchObject({ verdict: 'red', installed: false, failedModule: 'shop_order' });
    expect(judgement.errors[0]).toMatch(
      /^odoo\.tools\.convert\.ParseError: while parsing .*order\.xml:3 .*Field "quantiti" does not exist in model "shop\.order"$/,
    );
    expect(judgement.summary).toBe('shop_order could not be installed');
  });

  test('is a syntax error, with its file and line', () => {
    const lines = CRASH(
      '  File "/mnt/slipway/addons/shop_order/models/order.py", line 18',
      '    def x(:',
      '          ^',
      'SyntaxError: invalid syntax',
    );

    expect(judgeLog(lines, 255).errors[0]).toBe(
      'SyntaxError: invalid syntax (/mnt/slipway/addons/shop_order/models/order.py:18)',
    );
  });

  test('is a missing dependency, which Odoo names before it loads the module', () => {
    const refusal =
      'odoo.exceptions.UserError: You try to install module "shop_loyalty" that depends on module "nowhere".';
    const lines = CRASH(refusal).filter((line) => !line.includes('Loading module'));

    expect(judgeLog(lines, 255).failedModule).toBe('shop_loyalty');
  });

  test('is a module that Odoo does not know, although Odoo only warns and ends with 0', () => {
    const lines = [at('WARNING', 'odoo.modules.loading', 'invalid module names, ignored: nonsense'), ...CLEAN];

    expect(judgeLog(lines, 0)).toMatchObject({ verdict: 'red', installed: false, failedModule: 'nonsense' });
  });

  test('is an error in the log of a run that ended with 0', () => {
    expect(judgeLog([at('ERROR', 'odoo.sql_db', 'bad query: SELECT x'), ...CLEAN], 0)).toMatchObject({
      verdict: 'red',
      installed: true,
      errors: ['bad query: SELECT x'],
    });
  });

  test('is a traceback at any level', () => {
    const lines = [
      at('WARNING', 'odoo.addons.base', 'could not'),
      'Traceback (most recent call last):',
      'ValueError: x',
      ...CLEAN,
    ];

    expect(judgeLog(lines, 0)).toMatchObject({ verdict: 'red', errors: ['ValueError: x'] });
  });

  test.each([
    ['killed before the end', START, 137, 'Odoo ended with exit code 137'],
    ['ended before the modules were loaded', [ENDED], 0, 'Odoo ended before it had loaded the modules'],
    ['silent', [], 1, 'Odoo ended with exit code 1'],
    [
      'refused its arguments',
      ['odoo server: error: no such option: --x'],
      2,
      'odoo server: error: no such option: --x',
    ],
  ])('is a run that was %s', (_, lines, exitCode, error) => {
    expect(judgeLog(lines, exitCode)).toMatchObject({ verdict: 'red', installed: false, errors: [error] });
  });
});
