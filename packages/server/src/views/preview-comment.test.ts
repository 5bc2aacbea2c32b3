import type { PreviewView } from '@slipway/contracts/views';
import { describe, expect, it } from 'vitest';
import { previewComment, previewStatus } from './preview-comment.ts';

const base: PreviewView = {
  project: 'shop',
  number: 12,
  title: 'Fix the invoice',
  state: 'live',
  position: null,
  reason: null,
  url: 'http://pr-12-fix-invoice.localhost:8080/',
  login: { user: 'admin', password: 'admin' },
  database: 'odoo_pr_12',
  branch: 'fix-invoice',
  sha: 'a'.repeat(40),
  liveSha: 'a'.repeat(40),
  verdict: 'green',
  tests: { run: 12, failed: 0 },
  guards: null,
  modules: [
    { name: 'shop_invoice', action: 'update', why: 'views/invoice.xml changed', version: '19.0.1.0.1' },
    { name: 'shop_report', action: 'install', why: 'new in this commit', version: '19.0.1.0.0' },
    { name: 'shop_base', action: 'nothing', why: 'same content', version: '19.0.1.0.0' },
  ],
  timings: { 'build-image': 850, 'update-modules': 4210, total: 65_400 },
  run: 'run_1',
  build: 'bld_1',
  failure: null,
  createdAt: '2026-11-20T10:00:00.000Z',
  updatedAt: '2026-11-20T10:05:00.000Z',
  lastUsedAt: null,
};
const links = { runLog: 'http://localhost:8069/runs/run_1', dashboard: 'http://localhost:8069/' };
const view = (change: Partial<PreviewView>): PreviewView => ({ ...base, ...change });
const fresh: Partial<PreviewView> = { liveSha: null, verdict: null, tests: null, modules: [], timings: {}, url: null };
const broken = (change: Partial<NonNullable<PreviewView['failure']>> = {}): PreviewView =>
  view({
    ...fresh,
    state: 'failed',
    failure: {
      code: 'odoo-install-failed',
      message: 'Odoo could not install or update shop_invoice: ParseError in views/invoice.xml',
      hint: 'The last lines of the log say where; `slipway preview logs` shows them all.',
      facts: {},
      step: 'update-modules',
      lastLines: ['odoo.tools.convert.ParseError: while parsing views/invoice.xml:3', 'Field "totl" does not exist'],
      ...change,
    },
  });
/** Without the part that is the same for every state. */
const text = (change: PreviewView): string =>
  previewComment(change, links).replace(/<details><summary>Commands.*?<\/details>\n\n/s, '');

const first = (count: number) =>
  Array.from({ length: count }, (_, i) => ({
    severity: 'error' as const,
    rule: 'manifests/data-missing',
    file: 'addons/shop/__manifest__.py',
    line: i + 1,
    message: 'views/`gone`.xml is not there, @mona',
  }));
const noted = { unfinished: null, errors: 0, warnings: 0, notes: 0, guards: [], first: [] };

describe('what the guards found', () => {
  const line = (change: Partial<PreviewView>): string | undefined =>
    text(view(change))
      .split('\n')
      .find((each) => each.includes('Guards'));

  it('is one line: how many, and the first with their places, in which nobody is called', () => {
    const said = line({ guards: { ...noted, errors: 4, warnings: 1, first: first(4) } });

    expect(said?.startsWith('**Guards: 4 errors, 1 warning** · `addons/shop/__manifest__.py:1` views/')).toBe(true);
    expect(said).toContain('__manifest__.py:3');
    expect(said).not.toContain('__manifest__.py:4');
    expect(said).not.toContain('@mona');
  });

  it('is said as well when it is nothing, or not known', () => {
    expect(line({ guards: noted })).toBe('**Guards: nothing found**');
    expect(line({ guards: { ...noted, notes: 1 } })).toBe('**Guards: 1 note**');
    expect(line({ guards: { ...noted, unfinished: 'it took longer than 60 s' } })).toBe(
      '**Guards: not checked: it took longer than 60 s**',
    );
  });

  it('is left out before there is an answer, and of a preview that is closed', () => {
    expect(line({ guards: null })).toBeUndefined();
    expect(line({ guards: noted, state: 'closed' })).toBeUndefined();
  });
});

describe('previewComment', () => {
  it('says everything about a live preview', () => {
    expect(previewComment(base, links)).toMatchInlineSnapshot(`
      "### 🟢 Preview 12: live

      **<http://pr-12-fix-invoice.localhost:8080/>**

      |  |  |
      | --- | --- |
      | Commit | \`aaaaaaaa\` |
      | Login | \`admin\` / \`admin\` |
      | Database | \`odoo_pr_12\` |
      | Verdict | 🟢 green: no error and no warning in the log |
      | Tests | 12, all passed |
      | Modules | 1 installed, 1 updated, 1 unchanged |
      | Time | 1 min 5 s from request to ready |

      <details><summary>Modules: 1 installed, 1 updated, 1 unchanged</summary>

      | Module | Action | Why |
      | --- | --- | --- |
      | \`shop_invoice\` | update | views/invoice.xml changed |
      | \`shop_report\` | install | new in this commit |

      </details>

      <details><summary>Timings</summary>

      | Step | Time |
      | --- | --- |
      | \`build-image\` | 850 ms |
      | \`update-modules\` | 4.2 s |

      </details>

      <details><summary>Commands</summary>

      As the first line of a comment, by anyone with write access:

      | Command | What it does |
      | --- | --- |
      | \`/slipway rebuild\` | builds and updates again |
      | \`/slipway rebuild fresh\` | the same, from a new database |
      | \`/slipway open\` | opens a preview that was closed |
      | \`/slipway close\` | removes the preview until the next push |
      | \`/slipway approve\` | lets the commits of somebody without write access build |

      </details>

      [Log](<http://localhost:8069/runs/run_1>) · [Dashboard](<http://localhost:8069/>)
      "
    `);
  });

  it('says why a queued one waits', () => {
    const queued = view({ ...fresh, state: 'queued', position: 3, reason: 'five previews are live, which is `max`' });

    expect(text(queued)).toMatchInlineSnapshot(`
      "### ⚪ Preview 12: queued, position 3

      Commit \`aaaaaaaa\` waits: five previews are live, which is \`max\`

      [Log](<http://localhost:8069/runs/run_1>) · [Dashboard](<http://localhost:8069/>)
      "
    `);
  });

  it('says that the newest commit failed although the former one is live, and why', () => {
    const failure = { code: 'disk-full', message: 'The disk is full: no room', hint: 'Free space.', facts: {} };
    const live = view({
      liveSha: 'b'.repeat(40),
      verdict: 'red',
      failure: { ...failure, step: 'build-image', lastLines: [] },
    });

    expect(text(live)).toMatch(/^### 🔴 Preview 12: the newest commit failed, the former one is live\n/);
    expect(text(live)).toContain('Commit `aaaaaaaa` failed at step `build-image`: **The disk is full: no room**');
    expect(text(live)).toContain('Commit `bbbbbbbb` stays up at <http://pr-12-fix-invoice.localhost:8080/>.');
    expect(previewStatus(live)).toEqual({
      state: 'error',
      description: 'Failed at build-image (the former commit serves): The disk is full: no room',
    });
  });

  it('says what a run waits for, and why a preview sleeps that nobody put to sleep', () => {
    const reason = 'Docker Engine does not answer: gone';
    expect(text(view({ state: 'building', reason }))).toContain(`It waits: **${reason}** It goes on by itself.`);
    expect(text(view({ state: 'sleeping', reason: 'Its container ended with exit code 137.' }))).toContain(
      'Its container ended with exit code 137. It wakes on the first request.',
    );
  });

  it('says that the former commit stays up while a newer one is built', () => {
    expect(text(view({ state: 'building', liveSha: 'b'.repeat(40), modules: [], timings: {} }))).toMatchInlineSnapshot(`
      "### 🔵 Preview 12: building

      Commit \`aaaaaaaa\` is being built.

      Commit \`bbbbbbbb\` stays up at <http://pr-12-fix-invoice.localhost:8080/>.

      [Log](<http://localhost:8069/runs/run_1>) · [Dashboard](<http://localhost:8069/>)
      "
    `);
  });

  it('says that it is tested', () => {
    expect(text(view({ ...fresh, state: 'testing' }))).toMatchInlineSnapshot(`
      "### 🔵 Preview 12: testing

      Commit \`aaaaaaaa\` is built; its modules are being installed and tested.

      [Log](<http://localhost:8069/runs/run_1>) · [Dashboard](<http://localhost:8069/>)
      "
    `);
  });

  it('says how to approve one', () => {
    const reason = 'from a fork, by mallory, who has no write access: a maintainer comments `/slipway approve`';

    expect(text(view({ ...fresh, state: 'blocked', reason, run: null }))).toMatchInlineSnapshot(`
      "### ⚪ Preview 12: waits for approval

      Not built: from a fork, by mallory, who has no write access: a maintainer comments \`/slipway approve\`

      [Dashboard](<http://localhost:8069/>)
      "
    `);
  });

  it('says that a sleeping one wakes', () => {
    expect(text(view({ state: 'sleeping', verdict: 'yellow', timings: {}, modules: [] }))).toMatchInlineSnapshot(`
      "### 🟡 Preview 12: asleep

      Nobody used it for a while. It wakes on the first request.

      **<http://pr-12-fix-invoice.localhost:8080/>**

      |  |  |
      | --- | --- |
      | Commit | \`aaaaaaaa\` |
      | Login | \`admin\` / \`admin\` |
      | Database | \`odoo_pr_12\` |
      | Verdict | 🟡 yellow: it works, with warnings in the log |
      | Tests | 12, all passed |
      | Modules | none |

      [Log](<http://localhost:8069/runs/run_1>) · [Dashboard](<http://localhost:8069/>)
      "
    `);
  });

  it('says which step failed, what to do, and shows the last lines', () => {
    expect(text(broken())).toMatchInlineSnapshot(`
      "### 🔴 Preview 12: failed

      Commit \`aaaaaaaa\` failed at step \`update-modules\`: **Odoo could not install or update shop\\_invoice: ParseError in views/invoice.xml**

      What to do: The last lines of the log say where; \`slipway preview logs\` shows them all.

      \`\`\`text
      odoo.tools.convert.ParseError: while parsing views/invoice.xml:3
      Field "totl" does not exist
      \`\`\`

      [Log](<http://localhost:8069/runs/run_1>) · [Dashboard](<http://localhost:8069/>)
      "
    `);
  });

  it.each([
    [{ run: 12, failed: 0 }, '12, all passed'],
    [{ run: 12, failed: 2 }, '12, **2 failed**'],
    [{ run: 0, failed: 0 }, 'the changed modules have none'],
    [null, 'none ran: no module was installed or updated, or tests are off'],
  ])('counts the tests: %j', (tests, said) => {
    expect(text(view({ tests }))).toContain(`| Tests | ${said} |`);
  });

  it('says what failed while the former commit serves', () => {
    const said = text({ ...broken(), state: 'live', liveSha: 'b'.repeat(40), verdict: 'red', url: base.url });

    expect(said).toContain('failed at step `update-modules`');
    expect(said).toContain('Commit `bbbbbbbb` stays up at <http://pr-12-fix-invoice.localhost:8080/>.');
  });

  it('says that it is closed', () => {
    expect(text(view({ ...fresh, state: 'closed', reason: 'the pull request was merged' }))).toMatchInlineSnapshot(`
      "### ⚪ Preview 12: closed

      Because: the pull request was merged. Its container, database and files are removed.

      [Dashboard](<http://localhost:8069/>)
      "
    `);
  });

  it('stays below the limit of a comment, whatever there is to say', () => {
    const module = { name: 'm'.repeat(500), action: 'update', why: 'w'.repeat(5000), version: null } as const;
    const large = view({
      state: 'failed',
      modules: Array.from({ length: 500 }, () => module),
      timings: Object.fromEntries(Array.from({ length: 500 }, (_, index) => ['s'.repeat(500) + index, 1])),
      reason: 'r'.repeat(50_000),
      failure: {
        ...broken().failure,
        lastLines: Array.from({ length: 500 }, () => 'l'.repeat(5000)),
        message: 'x'.repeat(9000),
      } as PreviewView['failure'],
    });

    expect(previewComment(large, links).length).toBeLessThan(65_000);
  });
});

describe('what others wrote', () => {
  const said = (message: string): string => text(broken({ message, lastLines: [] })).split('\n')[2] ?? '';

  it.each([
    ['HTML', '<img src=x onerror=alert(1)></details>', '&lt;img src=x onerror=alert\\(1\\)&gt;&lt;/details&gt;'],
    ['a mention', 'ping @octo/everyone', 'ping @\u200bocto/everyone'],
    ['a reference', 'fixes #1 and GH-2', 'fixes \\#\u200b1 and GH\u200b-2'],
    ['a link', '[log in](https://evil.example)', '\\[log in\\]\\(https:\u200b//evil.example\\)'],
    ['emphasis', '**bold** _x_ ~~y~~', '\\*\\*bold\\*\\* \\_x\\_ \\~\\~y\\~\\~'],
    ['an entity', '&lt;b&gt;', '&amp;lt;b&amp;gt;'],
    ['a code span', 'run `rm -rf`', 'run `rm -rf`'],
    ['an open code span', 'a ` b', 'a \\` b'],
    ['two backticks', 'a `` b @mona `` c', 'a \\`\\` b @\u200bmona \\`\\` c'],
    ['lines', 'one\n\n# two\r\n- three', 'one \\# two - three'],
    ['colours and hidden signs', '\x1b[31mred\x1b[0m\u202egnp', 'redgnp'],
  ])('stays text: %s', (_name, message, expected) => {
    expect(said(message)).toBe(`Commit \`aaaaaaaa\` failed at step \`update-modules\`: **${expected}**`);
  });

  it('cannot end the block of log lines', () => {
    const lastLines = ['```', '</details>', '@mona', '`````', 'x\r```\r# out', '\x1b[1mbold\x1b[0m'];

    const comment = text(broken({ lastLines }));

    expect(comment).toContain(
      ['``````text', '```', '</details>', '@mona', '`````', 'x', '```', '# out', 'bold', '``````'].join('\n'),
    );
  });

  it('cannot end a table cell or a code span', () => {
    const modules = [
      { name: 'a`|b', action: 'update' as const, why: 'x | y `c|d`', version: null },
    ] satisfies PreviewView['modules'];

    expect(text(view({ modules }))).toContain('| ``a`\\|b`` | update | x \\| y `c\\|d` |');
  });

  it('is no link when it is no address of the web', () => {
    expect(text(view({ url: 'javascript:alert(1)' }))).toContain('**`javascript:alert(1)`**');
    expect(text(view({ url: 'http://x/a)>b' }))).toContain('**<http://x/a)%3Eb>**');
  });
});

describe('previewStatus', () => {
  it.each([
    [view({ ...fresh, state: 'blocked' }), 'pending', 'Waits for a maintainer to approve it'],
    [
      view({ ...fresh, state: 'queued', position: 3, reason: 'five are live' }),
      'pending',
      'Queued, position 3: five are live',
    ],
    [view({ ...fresh, state: 'building' }), 'pending', 'Building'],
    [view({ ...fresh, state: 'testing' }), 'pending', 'Installing and testing'],
    [base, 'success', 'Live, green (12 tests, 0 failed): 1 installed, 1 updated, 1 unchanged'],
    [
      view({ verdict: 'red', tests: { run: 12, failed: 2 } }),
      'failure',
      'Live, red (12 tests, 2 failed): 1 installed, 1 updated, 1 unchanged',
    ],
    [
      view({ state: 'sleeping', verdict: 'yellow', tests: null }),
      'success',
      'Asleep, wakes on the first request; yellow',
    ],
    [
      { ...broken(), state: 'live', liveSha: 'b'.repeat(40) },
      'failure',
      'Failed at update-modules (the former commit serves): Odoo could not install or update shop_invoice: ParseError in views/invoice.xml',
    ],
    [
      { ...broken({ code: 'docker-unreachable', message: 'Docker Engine does not answer' }), state: 'sleeping' },
      'error',
      'Failed at update-modules (the former commit sleeps): Docker Engine does not answer',
    ],
    [
      view({ state: 'closed', reason: 'the pull request was merged' }),
      'success',
      'Closed: the pull request was merged',
    ],
    [
      broken(),
      'failure',
      'Failed at update-modules: Odoo could not install or update shop_invoice: ParseError in views/invoice.xml',
    ],
    [
      broken({ code: 'docker-unreachable', message: 'Docker Engine does not answer' }),
      'error',
      'Failed at update-modules: Docker Engine does not answer',
    ],
    [broken({ code: 'constructor', message: 'x', step: null }), 'error', 'Failed: x'],
  ] as [PreviewView, string, string][])('of %# is %s', (given, state, description) => {
    expect(previewStatus(given)).toEqual({ state, description });
  });

  it('is never longer than GitHub takes', () => {
    expect(previewStatus(broken({ message: 'x'.repeat(500) })).description).toHaveLength(140);
  });
});
