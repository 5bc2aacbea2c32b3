/** Who works in the shop that pictures are taken of, and what they wrote. Nobody of them is real; the code is that of no company. */
export const ago = (minutes: number): string => new Date(Date.now() - minutes * 60_000).toISOString();
export const HOUR = 60;
export const DAY = 24 * HOUR;

/** A commit's name, the same at every run. */
export const sha = (seed: number): string =>
  Array.from({ length: 5 }, (_, part) =>
    ((seed * 2_654_435_761 + part * 40_503_017) >>> 0).toString(16).padStart(8, '0'),
  )
    .join('')
    .slice(0, 40);

export const LENA = { who: 'lena', name: 'Lena Fischer', email: 'lena@harbour-coffee.example' };
export const TOMAS = { who: 'tomas', name: 'Tomás Rivera', email: 'tomas@harbour-coffee.example' };
export const AMARA = { who: 'amara', name: 'Amara Okafor', email: 'amara@harbour-coffee.example' };
export const JONAS = { who: 'jonas', name: 'Jonas Weber', email: 'jonas@harbour-coffee.example' };
export const PRIYA = { who: 'priya', name: 'Priya Nair', email: 'priya@harbour-coffee.example' };

export const PROJECT = 'harbour-coffee';
export const environmentName = (name: string): string => `${PROJECT}/${name}`;
export const address = (name: string): string => `https://${name}.harbour-coffee.example`;

/** What production runs, what it ran before, what staging runs. */
export const [LIVE, FORMER, NEXT] = [sha(41), sha(40), sha(44)];
