/** A moment as the clock on the wall of a place shows it, so that it can be compared with what people write. Pure. */
export interface WallClock {
  /** `2026-12-20` */
  readonly day: string;
  /** `18:00` */
  readonly time: string;
  /** 0 = Monday. */
  readonly weekday: number;
}

export const wallClock = (moment: string, timezone: string): WallClock => {
  const parts = new Intl.DateTimeFormat('en-CA', {
    timeZone: timezone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
  }).formatToParts(new Date(moment));
  const of = (type: string): string => parts.find((part) => part.type === type)?.value ?? '';
  const day = `${of('year')}-${of('month')}-${of('day')}`;
  return { day, time: `${of('hour')}:${of('minute')}`, weekday: weekdayOf(day) };
};

/** Of a day as written: no time zone is in it. */
const weekdayOf = (day: string): number => (new Date(`${day}T12:00:00Z`).getUTCDay() + 6) % 7;
