import { type PromotionSettings, WEEKDAYS } from '@slipway/contracts/promotion-config';
import { type Gate, pass, wait } from './gate.ts';
import { wallClock } from './shared/wall-clock.ts';

type Freeze = PromotionSettings['freezes'][number];
type Window = PromotionSettings['windows'][number];

const LENGTH_OF_DAY = '2026-12-20'.length;

/** A day as the end means the whole of it; as the beginning, its first minute. */
const isFrozen = ({ from, until }: Freeze, day: string, time: string): boolean => {
  const now = `${day} ${time}`;
  const begins = from.length === LENGTH_OF_DAY ? `${from} 00:00` : from.replace('T', ' ');
  const ends = until.length === LENGTH_OF_DAY ? `${until} 24:00` : until.replace('T', ' ');
  return begins <= now && now < ends;
};

const isOpen = ({ days, from, until }: Window, weekday: number, time: string): boolean => {
  const begun = (index: number): boolean => days.some((day) => WEEKDAYS.indexOf(day) === (index + 7) % 7);
  if (from < until) return begun(weekday) && from <= time && time < until;
  // Over midnight: it began today, or yesterday.
  return (begun(weekday) && from <= time) || (begun(weekday - 1) && time < until);
};

const told = ({ days, from, until }: Window): string =>
  `${days.length === WEEKDAYS.length ? 'every day' : days.join(', ')} ${from} to ${until}`;

export const window: Gate = {
  id: 'window',
  asks: 'Now is inside one of `promotion.windows`, where there are any, and in none of `promotion.freezes`.',
  covers: 'The moment at which the promotion goes, on the clock of the time zone that is named.',
  judge: ({ now }, { windows, freezes, timezone }) => {
    const frozen = freezes.find((freeze) => {
      const { day, time } = wallClock(now, freeze.timezone ?? timezone);
      return isFrozen(freeze, day, time);
    });
    if (frozen !== undefined)
      return wait(
        `frozen until ${frozen.until} (${frozen.timezone ?? timezone}): ${frozen.reason}`,
        'Promote it afterwards. What cannot wait: `slipway promote --emergency "<reason>"`.',
      );
    if (windows.length === 0) return pass('no freeze, and no windows are set');
    const open = windows.find((each) => {
      const { weekday, time } = wallClock(now, each.timezone ?? timezone);
      return isOpen(each, weekday, time);
    });
    if (open !== undefined) return pass(`inside ${told(open)}`);
    const { day, time } = wallClock(now, timezone);
    return wait(
      `it is ${day} ${time} (${timezone}), outside ${windows.map(told).join('; ')}`,
      'Promote it then; with --wait the command waits for it.',
    );
  },
};
