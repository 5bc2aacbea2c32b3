import type { GateView, PromotionInList, PromotionState, PromotionView } from '@slipway/contracts/promotion-views';
import { printable } from '../output/printable.ts';
import type { Colour, Screen } from '../output/screen.ts';
import { type Cell, facts, table } from '../output/table.ts';
import { age, shortSha } from '../output/time.ts';
import { plannedText, timesText } from './deployment-times.ts';

const COLOURS: Readonly<Record<PromotionState, Colour>> = {
  open: 'blue',
  deploying: 'cyan',
  succeeded: 'green',
  failed: 'red',
  refused: 'red',
  expired: 'dim',
  superseded: 'dim',
};
const stateCell = (state: PromotionState): Cell => ({ text: state, colour: COLOURS[state] });

export const promotionTable = (promotions: readonly PromotionInList[], screen: Screen): string =>
  table(
    screen,
    [
      { title: 'PROMOTION' },
      { title: 'STATE' },
      { title: 'COMMIT' },
      { title: 'BY' },
      { title: 'ASKED' },
      { title: 'RUN' },
      { title: 'BECAUSE', elastic: true },
    ],
    promotions.map((one) => [
      one.id,
      stateCell(one.state),
      shortSha(one.sha),
      one.requestedBy,
      age(one.createdAt, screen.now),
      one.run ?? '-',
      one.reason ?? (one.waitsFor.length > 0 ? `waits for ${one.waitsFor.join(', ')}` : ''),
    ]),
  );

const SHOWN_COMMITS = 20;

const commitLines = ({ commits }: PromotionView): string => {
  const shown = commits.slice(0, SHOWN_COMMITS);
  const lines = shown.map(({ sha, subject, author }) => `  ${shortSha(sha)}  ${subject} (${author})`);
  const more = commits.length - shown.length;
  const count = commits.length === 0 ? 'No commits: production has them all' : `Commits: ${commits.length}`;
  return [count, ...lines.map(printable), ...(more > 0 ? [`  and ${more} more`] : [])].join('\n');
};

const moduleTable = ({ change }: PromotionView, screen: Screen): string =>
  change.modules.length === 0
    ? ''
    : table(
        screen,
        [{ title: 'MODULE' }, { title: 'WHAT' }, { title: 'WHY', elastic: true }],
        change.modules.map(({ name, action, why }) => [name, action, why]),
      );

const GATE_COLOURS = { pass: 'green', wait: 'yellow', fail: 'red', off: 'dim' } as const;

export const gateTable = (gates: readonly GateView[], screen: Screen): string =>
  table(
    screen,
    [{ title: 'GATE' }, { title: 'SAYS' }, { title: 'WHY', elastic: true }],
    gates.map(({ gate, state, why, passedOver }) => [
      gate,
      { text: passedOver ? `${state}, passed over` : state, colour: GATE_COLOURS[state] },
      why,
    ]),
  );

/** Gates that hold it up. */
export const holding = ({ gates }: PromotionView): readonly GateView[] =>
  gates.filter(({ state, passedOver }) => (state === 'wait' || state === 'fail') && !passedOver);

const fixes = (view: PromotionView, screen: Screen): string =>
  view.state !== 'open'
    ? ''
    : holding(view)
        .map(({ gate, state, fix }) => {
          const mark = state === 'fail' ? screen.fail : screen.warn;
          return `${mark} ${gate}: ${printable(fix ?? '')}`;
        })
        .join('\n');

const nextStep = ({ id, state, ready, run }: PromotionView, screen: Screen): string => {
  if (run !== null) return `Follow it: slipway run logs ${printable(run)} --follow`;
  if (id === null) return ready ? `${screen.ok} Nothing holds it up.` : '';
  if (state === 'open' && ready) return `${screen.ok} It may go: slipway promote`;
  return '';
};

const rehearsalWords = ({ rehearsal }: PromotionView, screen: Screen): string | null =>
  rehearsal &&
  `${rehearsal.says ?? (rehearsal.succeeded ? 'succeeded' : 'failed')} (${rehearsal.id}, ${age(rehearsal.at, screen.now)})`;

const personWords = ({ who, name }: { readonly who: string; readonly name: string | null }): string =>
  name === null ? who : `${name} <${who}>`;

export const promotionText = (view: PromotionView, screen: Screen): string => {
  const head = facts(screen, [
    ['Promotion', view.id ?? 'not asked for yet'],
    ['State', stateCell(view.state)],
    ['Because', view.reason],
    ['Release', `${shortSha(view.release.sha)} in ${view.release.image} (${view.release.imageDigest.slice(0, 19)})`],
    [
      'Production',
      view.production === null
        ? 'nothing yet'
        : `${shortSha(view.production.sha)}, since ${age(view.production.since, screen.now)}`,
    ],
    ['Rehearsal', rehearsalWords(view, screen)],
    ['Asked', view.createdAt && `${age(view.createdAt, screen.now)} by ${personWords(view.requestedBy)}`],
    [
      'Approved',
      view.approvals
        .filter(({ decision }) => decision === 'approved')
        .map(personWords)
        .join(', ') || null,
    ],
    ['Emergency', view.emergency && `${view.emergency.reason} (${personWords(view.emergency)})`],
    ['Run', view.run],
  ]);
  const parts = [
    head,
    printable(view.change.why),
    view.times === null
      ? view.deployment === null
        ? ''
        : plannedText(view.deployment, screen)
      : timesText(view.times, screen),
    commitLines(view),
    moduleTable(view, screen),
    gateTable(view.gates, screen),
    fixes(view, screen),
    nextStep(view, screen),
  ];
  return parts.filter((part) => part !== '').join('\n\n');
};
