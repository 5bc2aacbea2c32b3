import type { OdooMood } from './world.ts';

/** What Odoo is asked on its command line. */
export interface OdooCommand {
  readonly database: string;
  readonly install: readonly string[];
  readonly update: readonly string[];
  readonly tests: boolean;
}

const valueAfter = (command: readonly string[], option: string): string => {
  const at = command.indexOf(option);
  return at === -1 ? '' : (command[at + 1] ?? '');
};

const names = (text: string): string[] => text.split(',').filter((name) => name !== '');

export const readCommand = (command: readonly string[]): OdooCommand => ({
  database: valueAfter(command, '-d'),
  install: names(valueAfter(command, '-i')),
  update: names(valueAfter(command, '-u')),
  tests: command.includes('--test-enable'),
});

/** Odoo 19's lines for such a run, as judged by odoo/log-verdict.ts; shortened. */
export const odooLog = (
  command: OdooCommand,
  mood: OdooMood,
): { readonly lines: string[]; readonly exitCode: number } => {
  const line = (level: string, logger: string, message: string): string =>
    `2026-11-21 05:36:17,035 1 ${level} ${command.database} ${logger}: ${message} `;
  const modules = [...command.install, ...command.update];
  const loading = (name: string, at: number) =>
    line('INFO', 'odoo.modules.loading', `Loading module ${name} (${at + 1}/${modules.length})`);
  const ended = line('INFO', 'odoo.service.server', 'Initiating shutdown');
  if (mood === 'install-fails')
    return {
      lines: [
        ...modules.slice(-1).map(loading),
        line('CRITICAL', 'odoo.service.server', `Failed to initialize database \`${command.database}\`.`),
        'Traceback (most recent call last):',
        '  File "/mnt/slipway/addons/shop_order/models/shop_order.py", line 9, in <module>',
        '    amount = fields.Nonsense()',
        "AttributeError: module 'odoo.fields' has no attribute 'Nonsense'",
        ended,
      ],
      exitCode: 255,
    };
  const loaded = modules.flatMap((name, at) => [
    loading(name, at),
    line('INFO', 'odoo.modules.loading', `Module ${name} loaded in 0.13s, 83 queries`),
  ]);
  const failed = mood === 'test-fails' && command.tests;
  return {
    lines: [
      ...loaded,
      ...(failed ? failingTest(line) : []),
      failed
        ? line('ERROR', 'odoo.modules.loading', 'At least one test failed when loading the modules.')
        : line('INFO', 'odoo.modules.loading', 'Modules loaded.'),
      ...(command.tests
        ? [
            line(
              failed ? 'ERROR' : 'INFO',
              'odoo.tests.result',
              `${failed ? 1 : 0} failed, 0 error(s) of 3 tests when loading database '${command.database}'`,
            ),
          ]
        : []),
      ended,
    ],
    exitCode: failed ? 1 : 0,
  };
};

const failingTest = (line: (level: string, logger: string, message: string) => string): string[] => [
  line('ERROR', 'odoo.addons.shop_order.tests.test_shop_order', 'FAIL: TestShopOrder.test_total'),
  'Traceback (most recent call last):',
  '  File "/mnt/slipway/addons/shop_order/tests/test_shop_order.py", line 7, in test_total',
  '    self.assertEqual(order.total, 8.5)',
  'AssertionError: 7.5 != 8.5',
];

/** What the probes of odoo/neutralise print, of a database whose mail goes to the catcher (`neutral`) or to the world. */
export const probeLog = (neutral: boolean): { readonly lines: string[]; readonly exitCode: number } => {
  const mail = {
    kind: 'mail',
    name: 'a mail through Odoo',
    outcome: 'done',
    text: '',
    connections: [neutral ? ['10.0.0.1:1025', 'inside'] : ['192.0.2.1:587', 'left']],
    seconds: 0.1,
  };
  return { lines: [`SLIPWAY-PROBE ${JSON.stringify(mail)}`, 'SLIPWAY-PROBE END'], exitCode: 0 };
};
