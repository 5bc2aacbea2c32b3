/** "at about 21:04 UTC", by the server's clock and zone; with its day when that is another one. */
export function clockTime(at: Date, now: Date): string {
  const time = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', timeZoneName: 'short' });
  const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'long' });
  const other = day.format(at) === day.format(now) ? '' : `on ${day.format(at)} `;
  return `${other}at about ${time.format(at)}`;
}

const SOONEST = 5;
const LATEST = 600;

/** When to ask again: the forecast is only a forecast, so never at once and never in an hour. */
export function secondsUntil(iso: string, now: Date): number {
  const seconds = Math.ceil((Date.parse(iso) - now.getTime()) / 1000);
  return Number.isNaN(seconds) ? SOONEST : Math.min(LATEST, Math.max(SOONEST, seconds));
}
