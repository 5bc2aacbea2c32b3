import type { NotifySettings } from '@slipway/contracts/notify-config';
import type { NoticeDraft } from '../domain/notice-words.ts';

/** Whose beginning a channel asked for gets the end, too. */
const ENDS: Readonly<Partial<Record<NoticeDraft['kind'], readonly NoticeDraft['kind'][]>>> = {
  'deployment-succeeded': ['deployment-failed', 'deployment-rolled-back'],
};

/** `ifOpen`: only where the last that was told there of this subject is still open. */
export interface Told {
  readonly channel: string;
  readonly ifOpen: boolean;
}

/** Which channels are told. */
export const channelsFor = (settings: NotifySettings | undefined, notice: NoticeDraft): Told[] =>
  Object.entries(settings?.channels ?? {}).flatMap(([channel, { events, stages }]): Told[] => {
    if (notice.stage !== null && !stages.includes(notice.stage)) return [];
    if (events.includes(notice.kind)) return [{ channel, ifOpen: false }];
    const began = notice.phase === 'over' && (ENDS[notice.kind] ?? []).some((kind) => events.includes(kind));
    return began ? [{ channel, ifOpen: true }] : [];
  });

const FIRST_SECONDS = 5;
const LONGEST_SECONDS = 3600;
const GIVE_UP_SECONDS = 24 * 3600;

/** Seconds to the next attempt, of which `attempts` failed; null: it is given up. */
export const nextAttempt = (attempts: number, ageSeconds: number, asked: number | null): number | null => {
  if (ageSeconds >= GIVE_UP_SECONDS) return null;
  const wait = Math.min(FIRST_SECONDS * 2 ** (attempts - 1), LONGEST_SECONDS);
  return Math.min(Math.max(wait, asked ?? 0), GIVE_UP_SECONDS);
};
