import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { COMMANDS } from '../registry.ts';
import type { ApiCase } from '../testing/api-case.ts';
import { BOARD_CASES } from '../testing/board-cases.ts';
import { ndjson, startContractServer } from '../testing/contract-server.ts';
import { DATA_CASES } from '../testing/data-cases.ts';
import { ENVIRONMENT_CASES } from '../testing/environment-cases.ts';
import { FIGURES_CASES } from '../testing/figures-cases.ts';
import { MEMBER_CASES } from '../testing/member-cases.ts';
import { PEOPLE_CASES } from '../testing/people-cases.ts';
import { PRODUCTION_CASES } from '../testing/production-cases.ts';
import { PROMOTION_CASES } from '../testing/promotion-cases.ts';
import { REHEARSAL_CASES } from '../testing/rehearsal-cases.ts';
import { runSlipway } from '../testing/run-slipway.ts';
import {
  attempt,
  build,
  environment,
  evidence,
  evidenceVerdict,
  LOG_LINES,
  mail,
  neutralisation,
  preview,
  run,
  secret,
  status,
} from '../testing/samples.ts';
import { SHELL_CASES } from '../testing/shell-cases.ts';
import { WEBHOOK_CASES } from '../testing/webhook-cases.ts';

const project = ['--project', 'shop'];
const accepted = { run: 'run_1', preview };
const all = { run: () => run, preview: () => preview };
const inList = ({ text: _, html: __, ...listed }: typeof mail) => listed;

const CASES: readonly ApiCase[] = [
  ...BOARD_CASES,
  ...DATA_CASES,
  ...ENVIRONMENT_CASES,
  ...FIGURES_CASES,
  ...MEMBER_CASES,
  ...PROMOTION_CASES,
  ...PEOPLE_CASES,
  ...PRODUCTION_CASES,
  ...REHEARSAL_CASES,
  ...WEBHOOK_CASES,
  ...SHELL_CASES,
  { path: 'status', replies: { status: () => status }, view: status, reads: '1 of 5' },
  {
    path: 'preview open',
    words: ['--pr', '12', '--ref', 'round-invoices', '--base', 'main', '--title', 'Round', ...project],
    replies: { openPreview: () => accepted },
    view: preview,
    reads: 'Watch it: slipway run logs run_1 --follow',
  },
  {
    path: 'preview open',
    words: ['--pr', '#12', '--ref', 'round-invoices', '--wait', ...project],
    replies: { openPreview: () => accepted, ...all },
    view: preview,
    reads: 'admin / tall-otter-31',
  },
  {
    path: 'preview list',
    words: ['--all', ...project],
    replies: { previews: () => [preview] },
    view: [preview],
    reads: 'Round invoices',
    empty: ['previews', 'No previews. Open one: slipway preview open'],
  },
  {
    path: 'preview show',
    words: ['12', ...project],
    replies: { preview: () => preview },
    view: preview,
    reads: 'views/order.xml changed',
  },
  {
    path: 'preview logs',
    words: ['12', '--tail', '2', '-f', ...project],
    replies: { previewLogs: () => ndjson(LOG_LINES) },
    view: LOG_LINES,
    reads: 'ERROR odoo_pr_12 odoo.http: boom',
  },
  {
    path: 'preview rebuild',
    words: ['12', '--fresh', '--yes', ...project],
    replies: { rebuildPreview: () => accepted },
    view: accepted,
    reads: 'Building again: preview 12 is live',
  },
  ...(['sleep', 'wake', 'approve', 'close'] as const).map((verb) => ({
    path: `preview ${verb}`,
    words: ['12', ...(verb === 'close' ? ['--yes'] : []), ...project],
    replies: { [`${verb}Preview`]: () => accepted },
    view: accepted,
    reads: 'preview 12 is live',
  })),
  {
    path: 'env list',
    replies: { environments: () => [environment] },
    view: [environment],
    reads: 'shop/pr-12',
    empty: ['environments', 'No environments.'],
  },
  {
    path: 'env show',
    words: ['shop/pr-12'],
    replies: { environment: ({ parameters }) => ({ ...environment, name: parameters.environment }) },
    view: environment,
    reads: 'slipway/shop:sha-4f1c0de5',
  },
  {
    path: 'mail list',
    words: ['shop/pr-12', '--search', 'invoice', '--limit', '5', '--before', 'mail_9'],
    replies: { mails: () => [mail] },
    view: [inList(mail)],
    reads: 'Invoice INV/2026/0001',
    empty: ['mails', 'No mails.'],
  },
  {
    path: 'mail show',
    words: ['shop/pr-12', 'mail_1'],
    replies: { mail: () => mail },
    view: mail,
    reads: 'blind@example.com',
  },
  {
    path: 'mail delete',
    words: ['shop/pr-12', 'mail_1'],
    replies: { deleteMail: () => ({ deleted: 1 }) },
    view: { deleted: 1 },
    reads: '1 mail is deleted.',
  },
  {
    path: 'mail delete',
    words: ['shop/pr-12', '--all'],
    replies: { deleteMails: () => ({ deleted: 3 }) },
    view: { deleted: 3 },
    reads: '3 mails are deleted.',
  },
  {
    path: 'egress list',
    words: ['shop/pr-12', '--outcome', 'refused', '--since', '2026-03-01T10:00:00Z', '--limit', '5'],
    replies: { egress: () => [attempt] },
    view: [attempt],
    reads: 'api.stripe.com',
    empty: ['egress', 'Nothing left this environment'],
  },
  {
    path: 'build list',
    replies: { builds: () => [build] },
    view: [build],
    reads: 'Round invoices',
    empty: ['builds', 'No builds.'],
  },
  { path: 'build show', words: ['bld_1'], replies: { build: () => build }, view: build, reads: 'built (cached)' },
  {
    path: 'build logs',
    words: ['bld_1'],
    replies: { buildLogs: () => ndjson(LOG_LINES) },
    view: LOG_LINES,
    reads: '10:00:00 step clone-database: done',
  },
  {
    path: 'run list',
    words: ['--limit', '5'],
    replies: { runs: () => [run] },
    view: [run],
    reads: '6.1 s',
    empty: ['runs', 'No runs.'],
  },
  { path: 'run show', words: ['run_1'], replies: { run: () => run }, view: run, reads: 'clone-database' },
  {
    path: 'run logs',
    words: ['run_1', '--follow'],
    replies: { runLogs: () => ndjson(LOG_LINES) },
    view: LOG_LINES,
    reads: 'clone-database: done',
  },
  {
    path: 'run cancel',
    words: ['run_1'],
    replies: { cancelRun: () => ({ ...run, state: 'cancelled' }) },
    view: { ...run, state: 'cancelled' },
    reads: 'Run run_1 is cancelled.',
  },
  {
    path: 'evidence list',
    replies: { evidenceList: () => [evidence] },
    view: [evidence],
    reads: 'evidence/2026-03-01T10-00-00Z',
    empty: ['evidenceList', 'No evidence.'],
  },
  { path: 'evidence show', words: ['run_1'], replies: { evidence: () => evidence }, view: evidence, reads: '2.0 KiB' },
  {
    path: 'evidence verify',
    replies: { verifyEvidence: () => evidenceVerdict },
    view: evidenceVerdict,
    reads: `7 entries and 2 signatures hold: every file is as it was written.\n  Newest signed head: 2 ${evidenceVerdict.newestHead?.hash}`,
  },
  {
    path: 'neutralise check',
    words: ['shop/staging', '--arrival'],
    replies: { checkNeutralisation: () => ({ ...neutralisation, ok: true, findings: [] }) },
    view: { ...neutralisation, ok: true, findings: [] },
    reads: 'shop/staging: 71 checks hold.',
  },
  {
    path: 'secret set',
    words: ['SMTP_PASSWORD', '--stage', 'preview', ...project],
    replies: { setSecret: () => secret },
    stdin: 'hunter2\n',
    view: secret,
    reads: 'SMTP_PASSWORD is set for stage preview (version 2)',
  },
  {
    path: 'secret list',
    words: project,
    replies: { secrets: () => [secret] },
    view: [secret],
    reads: 'SMTP_PASSWORD',
    empty: ['secrets', 'No secrets. Set one: slipway secret set'],
  },
  {
    path: 'secret rotate',
    replies: { rotateSecrets: () => ({ rotated: 3 }) },
    view: { rotated: 3 },
    reads: '3 secrets are encrypted',
  },
];

const linesOf = (text: string): unknown[] =>
  text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line));

describe('a verb that asks the API', () => {
  for (const { path, words = [], replies, view, reads, empty, stdin = '' } of CASES) {
    const argv = [...path.split(' '), ...words];
    const command = COMMANDS.find((entry) => entry.path === path);

    it(`${argv.join(' ')} --json prints exactly the view`, async () => {
      await using server = await startContractServer(replies);

      const { code, stdout, stderr } = await runSlipway([...argv, '--json'], { server, stdin });

      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      const printed = command?.streams ? linesOf(stdout) : JSON.parse(stdout);
      expect(printed).toEqual(view);
      for (const one of command?.streams ? (printed as unknown[]) : [printed]) command?.view.parse(one);
    });

    it(`${argv.join(' ')} says it in words, on the routes that it declares`, async () => {
      await using server = await startContractServer(replies);

      const { code, stdout, stderr } = await runSlipway(argv, { server, stdin });

      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(stdout).toContain(reads);
      expect(stdout).not.toContain('\u001b');
      expect(command?.routes).toEqual(expect.arrayContaining(server.asked.map(({ route }) => route)));
    });

    if (empty !== undefined)
      it(`${path} says what to do when there is nothing`, async () => {
        await using server = await startContractServer({ [empty[0]]: () => [] });

        const { code, stdout } = await runSlipway(argv, { server });

        expect(code).toBe(0);
        expect(stdout).toContain(empty[1]);
      });
  }

  it('every such verb is tried here', () => {
    // These read or write files: they have tests of their own.
    const files = ['invariants compare', 'mail save', 'snapshot download', 'evidence bundle', 'postmortem', 'login'];
    // These talk over a websocket, or write one's recording.
    const shells = ['shell', 'psql', 'shells recording'];
    const others = ['up', 'doctor', 'version', ...files, ...shells];
    const asking = COMMANDS.filter(({ path, routes }) => routes.length > 0 && !others.includes(path));

    expect(asking.map(({ path }) => path).filter((path) => !CASES.some((tried) => tried.path === path))).toEqual([]);
  });
});

describe('what is sent', () => {
  it('preview open sends number, ref, base and title', async () => {
    await using server = await startContractServer({ openPreview: () => accepted });

    await runSlipway(['preview', 'open', '--pr', '12', '--ref', 'x', '--base', 'main', '--title', 'T', ...project], {
      server,
    });

    expect(server.asked[0]).toMatchObject({
      parameters: { project: 'shop' },
      body: { number: 12, ref: 'x', base: 'main', title: 'T' },
    });
  });

  it('preview logs sends follow and tail only when asked to', async () => {
    await using server = await startContractServer({ previewLogs: () => ndjson([]) });

    await runSlipway(['preview', 'logs', '12', ...project], { server });
    await runSlipway(['preview', 'logs', '12', '--follow', '--tail', '5', ...project], { server });

    expect(server.asked.map(({ query }) => query)).toEqual([{}, { follow: 'true', tail: '5' }]);
  });

  it('preview list asks for closed ones only with --all', async () => {
    await using server = await startContractServer({ previews: () => [] });

    await runSlipway(['preview', 'list', ...project], { server });
    await runSlipway(['preview', 'list', '--all', ...project], { server });

    expect(server.asked.map(({ query }) => query)).toEqual([{}, { all: 'true' }]);
  });
});

describe('mail save', () => {
  const send = (text: string) => (response: ServerResponse) => response.end(Buffer.from(text, 'latin1'));
  const folder = mkdtempSync(join(tmpdir(), 'slipway-mail-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it('writes a mail or an attachment as it came, and nothing over a file that is there', async () => {
    await using server = await startContractServer({
      mailRaw: () => send('Subject: \u00ff\r\n'),
      mailAttachment: ({ parameters }) => send(`attachment ${parameters.index}`),
    });
    const save = (...words: string[]) =>
      runSlipway(['mail', 'save', 'shop/pr-12', 'mail_1', ...words], { server, cwd: folder });

    expect((await save('--to', 'a.eml')).code).toBe(0);
    expect((await save('--to', 'b.pdf', '--attachment', '2', '--json')).stdout).toContain('"bytes": 12');
    const again = await save('--to', 'a.eml');

    expect(readFileSync(join(folder, 'a.eml'))).toEqual(Buffer.from('Subject: \u00ff\r\n', 'latin1'));
    expect(readFileSync(join(folder, 'b.pdf'), 'utf8')).toBe('attachment 1');
    expect([again.code, again.stderr]).toEqual([2, expect.stringContaining('a.eml is there already')]);
  });
});

describe('exit codes', () => {
  it('evidence verify fails, and names the file, when something was changed', async () => {
    const firstAltered = { path: 'build/log.txt', reason: 'hash differs' };
    const verdict = { ...evidenceVerdict, ok: false, firstAltered };
    await using server = await startContractServer({ verifyEvidence: () => verdict });

    const { code, stdout } = await runSlipway(['evidence', 'verify'], { server });

    expect(code).toBe(1);
    expect(stdout).toContain('build/log.txt (hash differs)');
  });

  it('neutralise check fails, and says where and how to mend it, when a database is not safe', async () => {
    await using server = await startContractServer({ checkNeutralisation: () => neutralisation });

    const { code, stdout } = await runSlipway(['neutralise', 'check', 'shop/staging'], { server });

    expect(code).toBe(1);
    expect(stdout).toContain('is not safe to start: 1 of 71 checks fail');
    expect(stdout).toContain('ir_cron 3, ir_cron 4');
    expect(stdout).toContain('To mend: Neutralise again.');
  });

  it('neutralise check takes an address for what it is', async () => {
    await using server = await startContractServer({ checkNeutralisation: () => neutralisation });

    await runSlipway(['neutralise', 'check', 'postgresql://u@db.example.com/odoo'], { server });
    await runSlipway(['neutralise', 'check', 'shop/pr-12'], { server });

    expect(server.asked.map(({ body }) => body)).toEqual([
      { url: 'postgresql://u@db.example.com/odoo' },
      { environment: 'shop/pr-12', arrival: false },
    ]);
  });
});
