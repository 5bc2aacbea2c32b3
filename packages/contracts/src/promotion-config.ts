/** The section `promotion` of slipway.yaml: what must hold before a release goes to production (D3, D4). */
import { z } from 'zod';
import { duration } from './config-values.ts';

/** Without these a promotion would not be of what was proved: no setting turns them off, and no emergency passes over them. */
export const FIXED_GATES = ['artifact', 'evidence', 'branch'] as const;

export const OPTIONAL_GATES = [
  'tests',
  'guards',
  'security',
  'neutralisation',
  'smoke',
  'drift',
  'backup',
  'rehearsal',
  'invariants',
  'window',
  'approval',
] as const;

export const GATE_IDS = [...FIXED_GATES, ...OPTIONAL_GATES] as const;
export type GateId = (typeof GATE_IDS)[number];
export type OptionalGate = (typeof OPTIONAL_GATES)[number];

const asked = (by: 'required' | 'off', says: string) => z.enum(['required', 'off']).default(by).describe(says);

const gatesSection = z.strictObject({
  tests: asked('required', 'The tests of this commit are not red on staging.'),
  guards: asked('required', '`slipway guard` finds no error in this commit.'),
  security: asked('required', 'No secrets in the files of this commit, and every manifest can be read.'),
  neutralisation: asked('required', 'Staging, where it was proved, could reach nothing outside.'),
  smoke: asked('required', 'The smoke tests of this commit passed on staging.'),
  drift: asked('required', "Nobody changed production's schema unseen since the last snapshot."),
  backup: asked('required', 'Production was backed up not longer ago than `promotion.backup_max_age`.'),
  rehearsal: asked('required', 'This very update was carried out on a fresh sanitised copy of production.'),
  invariants: asked('required', 'The business figures were the same before and after the rehearsal.'),
  window: asked(
    'required',
    'Now is inside `promotion.windows`, where there are any, and in none of `promotion.freezes`.',
  ),
  approval: asked(
    'required',
    'As many people as `promotion.approvals` says approved, none of whom wrote it or asked for it.',
  ),
});

const WALL_CLOCK = /^\d{4}-\d{2}-\d{2}(?:[T ]([01]\d|2[0-3]):[0-5]\d)?$/;
const isDay = (text: string): boolean => {
  const day = new Date(`${text.slice(0, 10)}T00:00:00Z`);
  return !Number.isNaN(day.getTime()) && day.toISOString().startsWith(text.slice(0, 10));
};
const wallClock = z
  .string()
  .refine((text) => WALL_CLOCK.test(text) && isDay(text), 'a day, or a day and a time: 2026-12-20, "2026-12-20 18:00"');

const isTimezone = (name: string): boolean => {
  try {
    return new Intl.DateTimeFormat('en', { timeZone: name }).resolvedOptions().timeZone !== '';
  } catch {
    return false;
  }
};
const timezone = z.string().refine(isTimezone, 'the name of a time zone, such as Europe/Amsterdam');

export const WEEKDAYS = ['mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun'] as const;
const time = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'a time of day: "09:00"');

const window = z
  .strictObject({
    days: z
      .array(z.enum(WEEKDAYS))
      .min(1)
      .default([...WEEKDAYS])
      .describe('The days on which it begins.'),
    from: time.describe('When it begins.'),
    until: time.describe('When it ends; earlier than `from`: on the next day.'),
    timezone: timezone.optional().describe('Default: `promotion.timezone`.'),
  })
  .refine(({ from, until }) => from !== until, 'begins when it ends');

const freeze = z
  .strictObject({
    from: wallClock.describe('The first day, or the moment.'),
    until: wallClock.describe('The last day, or the moment.'),
    reason: z.string().min(3, 'a few words').describe('Why; whoever is refused reads it.'),
    timezone: timezone.optional().describe('Default: `promotion.timezone`.'),
  })
  .refine(({ from, until }) => from.slice(0, 10) <= until.slice(0, 10), 'ends before it begins');

export const promotionSection = z.strictObject({
  gates: gatesSection.prefault({}).describe('Which gates are asked. `artifact`, `evidence` and `branch` always are.'),
  approvals: z.int().min(1).max(10).default(1).describe('How many people have to approve.'),
  expires: duration.default('3d').describe('A promotion that has not gone by then has to be asked for anew.'),
  backup_max_age: duration.default('24h').describe('How old the newest backup of production may be.'),
  rehearsal_max_age: duration
    .default('24h')
    .describe(
      'How old the data of the rehearsal may be; a younger snapshot of production as it is now is taken for one.',
    ),
  timezone: timezone.default('UTC').describe('The time zone of windows and freezes.'),
  windows: z.array(window).max(50).default([]).describe('When promotions may go. Default: always.'),
  freezes: z.array(freeze).max(200).default([]).describe('When none may go.'),
  emergency: z
    .array(z.enum(OPTIONAL_GATES))
    .default([...OPTIONAL_GATES])
    .describe('The gates that `slipway promote --emergency` passes over. []: there is no such way.'),
});

export type PromotionSettings = z.infer<typeof promotionSection>;
