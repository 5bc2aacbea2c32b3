import type { BundleSummary } from '@slipway/contracts/bundle-views';
import { forecastSource, phaseRows } from '@slipway/contracts/deployment-phases';
import { type Html, html } from './html.ts';

/** The summary of a bundle as one page for people: no script, nothing loaded, readable on paper and in the dark. */
export const summaryPage = (summary: BundleSummary): string => `${page(summary).html}\n`;

const NONE = html`<span class="none">not part of this release</span>`;

const page = (summary: BundleSummary): Html => html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
<title>${summary.run.kind} ${summary.run.environment} ${short(summary.release.sha)}</title>
<style>${STYLE}</style>
</head>
<body>
<main>
<h1>${summary.run.kind} of ${summary.run.environment}</h1>
<p class="state ${summary.run.state}">${summary.run.outcome ?? summary.run.state}</p>
${section('In short', facts(inShort(summary)))}
${section('Release', release(summary))}
${section('Commits', commits(summary))}
${section('Modules', modules(summary))}
${section('Gates', gates(summary))}
${section('Approvals', approvals(summary))}
${section('Rehearsal and business figures', facts(proofs(summary)))}
${section('How long it took', times(summary))}
${section('Way back', facts(wayBack(summary)))}
${section('Steps', steps(summary))}
${section('Failure', failure(summary))}
${section('Evidence of other runs', others(summary))}
<p class="note">Made by Slipway from what it recorded. What this page says is signed with the bundle: <code>slipway evidence verify</code> checks it without a server.
Times are UTC. The same facts are in <code>summary.json</code>; each log and report is below <code>evidence/</code>.</p>
</main>
</body>
</html>`;

const section = (title: string, content: Html): Html => html`<section><h2>${title}</h2>${content}</section>`;

type Fact = readonly [string, Html | string | null];
const facts = (list: readonly Fact[]): Html =>
  html`<dl>${list.map(([name, value]) => html`<dt>${name}</dt><dd>${value ?? NONE}</dd>`)}</dl>`;

const table = (head: readonly string[], rows: readonly (readonly (Html | string)[])[]): Html => html`<table>
<thead><tr>${head.map((name) => html`<th scope="col">${name}</th>`)}</tr></thead>
<tbody>${rows.map((cells) => html`<tr>${cells.map((cell) => html`<td>${cell}</td>`)}</tr>\n`)}</tbody>
</table>`;

const tableOrNone = (head: readonly string[], rows: readonly (readonly (Html | string)[])[] | null): Html => {
  if (rows === null) return html`<p>${NONE}</p>`;
  return rows.length === 0 ? html`<p>None.</p>` : table(head, rows);
};

const code = (value: string | null): Html | null => (value === null ? null : html`<code>${value}</code>`);
const short = (sha: string | null): string => sha?.slice(0, 12) ?? '';
const time = (iso: string | null): string | null => iso && `${iso.slice(0, 19).replace('T', ' ')} UTC`;
const seconds = (milliseconds: number | null): string | null =>
  milliseconds === null ? null : `${(milliseconds / 1000).toFixed(1)} s`;

const inShort = ({ run }: BundleSummary): Fact[] => [
  ['Project', run.project],
  ['Run', code(run.id)],
  ['Deployment', code(run.deployment)],
  ['Asked for by', `${run.requestedBy}, ${time(run.requestedAt)}`],
  ['Began', time(run.startedAt)],
  ['Ended', time(run.finishedAt)],
  ['Took', seconds(run.milliseconds)],
];

const release = ({ release: one }: BundleSummary): Html =>
  facts([
    ['Commit', code(one.sha)],
    ['Image', code(one.image)],
    ['Image digest', code(one.imageDigest)],
    ['Build', code(one.build)],
    ['Lock hash', code(one.lockHash)],
    ['Content hash', code(one.contentHash)],
    ['Tests', one.tests],
  ]);

const commits = ({ release: one }: BundleSummary): Html =>
  tableOrNone(
    ['Commit', 'When', 'Author', 'Subject'],
    one.commits?.map(({ sha, at, author, subject }) => [
      html`<code>${short(sha)}</code>`,
      time(at) ?? '',
      author,
      subject,
    ]) ?? null,
  );

const modules = ({ release: one, migrations }: BundleSummary): Html => {
  const moved = new Map(migrations?.map(({ module, from, to }) => [module, `${from ?? 'new'} → ${to ?? ''}`]));
  const touched = one.modules?.filter(({ action }) => action !== 'nothing') ?? null;
  return tableOrNone(
    ['Module', 'What was done', 'Version', 'Why'],
    touched?.map(({ name, action, why, version }) => [name, action, moved.get(name) ?? version ?? '', why]) ?? null,
  );
};

const gates = (summary: BundleSummary): Html =>
  tableOrNone(
    ['Gate', 'Answer', 'Why'],
    summary.gates?.map(({ gate, state, why }) => [gate, html`<span class="state ${state}">${state}</span>`, why]) ??
      null,
  );

const approvals = ({ approvals: list, emergency }: BundleSummary): Html =>
  html`${tableOrNone(
    ['Who', 'Decision', 'Commit', 'When', 'Reason'],
    list?.map(({ who, decision, sha, at, reason }) => [
      who,
      decision,
      html`<code>${short(sha)}</code>`,
      time(at) ?? '',
      reason ?? '',
    ]) ?? null,
  )}${emergency === null ? '' : html`<p class="state fail">Emergency, by ${emergency.who}, ${time(emergency.at) ?? ''}: ${emergency.reason}</p>`}`;

const list = (good: string, bad: readonly string[]): string => (bad.length === 0 ? good : bad.join('; '));

const proofs = ({ rehearsal, smoke, invariants, health }: BundleSummary): Fact[] => [
  [
    'Rehearsal',
    rehearsal === null
      ? null
      : html`${rehearsal.succeeded ? 'succeeded' : 'failed'}, ${time(rehearsal.at) ?? ''}, ${rehearsal.seconds} s, commit <code>${short(rehearsal.sha)}</code>, on snapshot <code>${rehearsal.snapshot ?? 'none'}</code> of ${time(rehearsal.snapshotTakenAt) ?? 'no time'}${rehearsal.forecast === null ? '' : `: ${rehearsal.forecast}`}`,
  ],
  ['Business figures', invariants === null ? null : `${list('unchanged', invariants.broken)} (${time(invariants.at)})`],
  ['Smoke tests', smoke === null ? null : `${list('all passed', smoke.failed)} (${time(smoke.at)})`],
  ['Found to be well', health === null || health.length === 0 ? null : health.join('; ')],
];

const times = ({ times: found }: BundleSummary): Html => {
  if (found === null) return html`<p>${NONE}</p>`;
  const { path, why, forecast, requests } = found;
  const told: Fact[] = [
    ['Way', `${path}: ${why}`],
    ['Forecast', forecast === null ? null : forecastSource(forecast)],
    ...requests.map((one): Fact => ['Read only', `${one.reads} reads served, ${one.refused} writes refused`]),
  ];
  const inSeconds = (value: number | null): string => (value === null ? '' : `${value.toFixed(1)} s`);
  const rows = phaseRows(found).map(({ phase, forecast: planned, took }) => [
    phase,
    inSeconds(planned),
    inSeconds(took),
  ]);
  return html`${facts(told)}${table(['Phase', 'Forecast', 'Took'], rows)}`;
};

const wayBack = ({ rollback, backup }: BundleSummary): Fact[] => [
  ['Commit to go back to', code(rollback?.sha ?? null)],
  [
    'Backup',
    backup === null
      ? null
      : html`<code>${backup.id}</code> ${backup.takenAt === null ? '' : `of ${time(backup.takenAt)}`}`,
  ],
];

const steps = (summary: BundleSummary): Html =>
  tableOrNone(
    ['#', 'Step', 'Began', 'Took', 'State', 'What was found'],
    summary.steps.map((step) => [
      String(step.index),
      step.name,
      time(step.startedAt) ?? '',
      seconds(step.milliseconds) ?? '',
      html`<span class="state ${step.state}">${step.state}${step.attempts > 1 ? `, attempt ${step.attempts}` : ''}</span>`,
      step.note ?? '',
    ]),
  );

const failure = ({ run }: BundleSummary): Html =>
  run.failure === null
    ? html`<p>None.</p>`
    : html`<p class="state fail">${run.failure.message}</p><p>${run.failure.hint} <code>${run.failure.code}</code></p>`;

const others = ({ restsOn }: BundleSummary): Html =>
  tableOrNone(
    ['What', 'Run', 'Kind', 'Ended'],
    restsOn.map(({ role, run, kind, finishedAt }) => [role, html`<code>${run}</code>`, kind, time(finishedAt) ?? '']),
  );

const STYLE: Html = {
  html: `
:root { color-scheme: light dark; --ink: #1b1f24; --paper: #fff; --line: #d5dae1; --soft: #5c6773; --good: #1a7f37; --bad: #b3261e; --wait: #8a5a00; }
@media (prefers-color-scheme: dark) { :root { --ink: #e6e9ee; --paper: #14171b; --line: #343b45; --soft: #9aa5b1; --good: #57c878; --bad: #ff8a80; --wait: #f0b84c; } }
body { margin: 0; background: var(--paper); color: var(--ink); font: 15px/1.5 system-ui, sans-serif; }
main { max-width: 62rem; margin: 0 auto; padding: 1.5rem 1rem 3rem; }
h1 { font-size: 1.5rem; margin: 0 0 .25rem; } h2 { font-size: 1.05rem; margin: 2rem 0 .5rem; border-bottom: 1px solid var(--line); }
dl { display: grid; grid-template-columns: minmax(9rem, max-content) 1fr; gap: .2rem 1rem; margin: 0; } dt { color: var(--soft); } dd { margin: 0; }
code { font: .88em ui-monospace, monospace; } dd, td, p { overflow-wrap: anywhere; }
table { width: 100%; border-collapse: collapse; font-size: .93em; } th { text-align: left; color: var(--soft); font-weight: 500; } th, td { padding: .25rem .6rem .25rem 0; border-bottom: 1px solid var(--line); vertical-align: top; }
.none, .note { color: var(--soft); } .note { margin-top: 2.5rem; font-size: .9em; }
.state { font-weight: 600; } .succeeded, .pass, .done { color: var(--good); } .failed, .fail { color: var(--bad); } .wait, .cancelled, .superseded { color: var(--wait); }
@media print { :root { color-scheme: light; --ink: #000; --paper: #fff; --line: #bbb; --soft: #444; --good: #000; --bad: #000; --wait: #000; } main { max-width: none; padding: 0; } h2, tr { break-after: avoid; break-inside: avoid; } body { font-size: 10pt; } }
`,
};
