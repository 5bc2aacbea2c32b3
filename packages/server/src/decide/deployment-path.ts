/** By which way a release reaches production, and why: what people notice of it depends on nothing else. */

export interface PathFacts {
  /** Modules that are updated or installed; none: code only. */
  readonly touched: readonly string[];
  readonly wish: 'auto' | 'clone' | 'maintenance';
  /** The database that serves; null: not known. */
  readonly databaseBytes: number | null;
  /** Free where PostgreSQL keeps its data, with what an older copy gives back; null: not known. */
  readonly freeBytes: number | null;
  /** How long nobody would be answered while a copy is made, as the last one was measured; null: none was. */
  readonly heldSeconds: number | null;
  /** How long nobody could save with a copy. */
  readonly readOnlySeconds: number;
  /** The longest that slipway.yaml allows; null: any. */
  readonly readOnlyMax: number | null;
}

export type PathChoice =
  | { readonly path: 'blue-green' | 'clone-and-switch' | 'maintenance'; readonly why: string }
  | { readonly refused: string };

/** The edge holds a request for 30 s; what is under way before the copy takes some of it. */
export const HELD_AT_MOST_SECONDS = 20;

/** An update rewrites rows, and both states of them are there until the next vacuum. */
const GROWTH = 1.2;

export const choosePath = (facts: PathFacts): PathChoice => {
  const { touched, wish } = facts;
  if (touched.length === 0)
    return { path: 'blue-green', why: 'code only: both versions run on the same database, and nobody waits' };
  const updates = `updates ${touched.join(', ')}`;
  const room = roomFor(facts);
  if (wish === 'maintenance')
    return {
      path: 'maintenance',
      why: `${updates}: in place, behind a maintenance page, as \`update: maintenance\` asks`,
    };
  if (room.lacks) {
    const reason = `a copy of the database needs ${room.needs}, and ${room.free} are free`;
    if (wish === 'clone') return { refused: reason };
    return { path: 'maintenance', why: `${updates}: in place, behind a maintenance page, because ${reason}` };
  }
  const tooLong = wish === 'auto' ? whyTooLong(facts) : null;
  if (tooLong !== null)
    return { path: 'maintenance', why: `${updates}: in place, behind a maintenance page, because ${tooLong}` };
  const known = room.free === null ? '' : ` (it needs ${room.needs}, and ${room.free} are free)`;
  return {
    path: 'clone-and-switch',
    why: `${updates}: on a copy of the database${known}, while the old version answers who only reads`,
  };
};

/** Null: a copy is as well as anything. */
const whyTooLong = ({ heldSeconds, readOnlySeconds, readOnlyMax }: PathFacts): string | null => {
  if (heldSeconds !== null && heldSeconds > HELD_AT_MOST_SECONDS)
    return `making a copy would hold every request for about ${inWords(heldSeconds)}, more than the ${HELD_AT_MOST_SECONDS} s that they can wait`;
  if (readOnlyMax !== null && readOnlySeconds > readOnlyMax)
    return `on a copy saving would be impossible for about ${inWords(readOnlySeconds)}, more than \`read_only_max\` (${inWords(readOnlyMax)})`;
  return null;
};

interface Room {
  readonly lacks: boolean;
  readonly needs: string;
  /** Null: nobody can say. */
  readonly free: string | null;
}

/** Where nobody knows how much is free, a copy is tried: one that does not fit is taken away again, and production is as before. */
const roomFor = ({ databaseBytes, freeBytes }: PathFacts): Room => {
  if (databaseBytes === null || freeBytes === null) return { lacks: false, needs: '', free: null };
  const needs = Math.ceil(databaseBytes * GROWTH);
  return { lacks: freeBytes < needs, needs: size(needs), free: size(freeBytes) };
};

/** Whether two databases of this size find room: then what is put back is whole before the other one goes. */
export const hasRoomForTwo = (facts: Pick<PathFacts, 'databaseBytes' | 'freeBytes'>): boolean =>
  facts.databaseBytes !== null && facts.freeBytes !== null && facts.freeBytes >= facts.databaseBytes * GROWTH;

const UNITS = ['bytes', 'kB', 'MB', 'GB', 'TB'] as const;

const size = (bytes: number): string => {
  const power = bytes < 1 ? 0 : Math.min(UNITS.length - 1, Math.floor(Math.log10(bytes) / 3));
  return `${(bytes / 1000 ** power).toFixed(power === 0 ? 0 : 1)} ${UNITS[power]}`;
};

const inWords = (seconds: number): string =>
  seconds < 120 ? `${Math.ceil(seconds)} s` : `${Math.ceil(seconds / 60)} min`;
