/** How long answers took, in places that each are a quarter longer than the one before: few numbers, and still a tenth exact. */

const [SHORTEST, LONGEST, STEP] = [5, 60_000, 1.25];

/** Upper end of each place in milliseconds; what took longer than the last has a place of its own behind it. */
const ENDS: readonly number[] = (() => {
  const ends: number[] = [];
  for (let end = SHORTEST; end < LONGEST; end *= STEP) ends.push(Math.round(end));
  return [...ends, LONGEST];
})();

/** What the edge counts together; a time that is asked for begins and ends with one. */
export const STEP_SECONDS = 10;

export const LATENCY_PLACES = ENDS.length + 1;

export const latencyPlace = (milliseconds: number): number => {
  const place = ENDS.findIndex((end) => milliseconds <= end);
  return place === -1 ? ENDS.length : place;
};

/** Milliseconds within which 95 of 100 were answered, of counts by place; null: there are none. */
export const p95Of = (counts: readonly number[]): number | null => {
  const all = counts.reduce((sum, count) => sum + count, 0);
  if (all === 0) return null;
  let seen = 0;
  const place = counts.findIndex((count) => {
    seen += count;
    return seen >= all * 0.95;
  });
  return ENDS[place] ?? LONGEST;
};
