import { SERIES } from '@slipway/contracts/project-config';
import type { FoundModule } from './find-modules.ts';
import type { Facts, Settled } from './found.ts';

export type Series = (typeof SERIES)[number];

/** `19.0` of `19.0.1.2.0`; a short version (`1.0`) says nothing of the series. */
const seriesOfVersion = (version: string | null): string | undefined => /^(\d{2}\.0)\.\d/.exec(version ?? '')?.[1];

const isKnown = (series: string | undefined): series is Series => SERIES.some((known) => known === series);

/** `odoo:19`, `odoo:19.0-20260101`, `registry/odoo:v19.0`; undefined when the tag names no series. */
export const seriesOfImage = (image: string): string | undefined => {
  const found = /odoo[^:/@]*:v?(\d{2})(?:\.0(?:[-.@]|$)|-|@|$)/.exec(image)?.[1];
  return found === undefined ? undefined : `${found}.0`;
};

const counted = (values: readonly string[]): readonly (readonly [string, number])[] => {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return [...counts].sort(([a, n], [b, m]) => m - n || Number(b) - Number(a));
};

const modulesText = (count: number): string => (count === 1 ? '1 manifest' : `${count} manifests`);

interface Witness {
  readonly series: string;
  readonly from: string;
}

/** Who says which series, the most trustworthy first: manifests, images, branches of submodules, the branch checked out. */
const witnesses = (
  modules: readonly FoundModule[],
  all: readonly Facts[],
  branch: string | null,
): readonly Witness[] => [
  ...counted(modules.flatMap(({ version }) => seriesOfVersion(version) ?? [])).map(([series, count]) => ({
    series,
    from: modulesText(count),
  })),
  ...all.flatMap(({ file, images }) =>
    images.flatMap((image) => {
      const series = seriesOfImage(image);
      return series === undefined ? [] : [{ series, from: `${image} in ${file}` }];
    }),
  ),
  ...all.flatMap(({ file, branches }) =>
    branches.filter((name) => /^\d{2}\.0$/.test(name)).map((series) => ({ series, from: file })),
  ),
  ...(branch !== null && /^\d{2}\.0$/.test(branch) ? [{ series: branch, from: 'the branch that is checked out' }] : []),
];

export interface SeriesGuess {
  readonly series: Settled<Series>;
  readonly unknown: readonly string[];
}

export const guessSeries = (
  modules: readonly FoundModule[],
  all: readonly Facts[],
  branch: string | null,
): SeriesGuess => {
  const newest = SERIES.at(-1) ?? '19.0';
  const said = witnesses(modules, all, branch);
  const known = said.find(({ series }) => isKnown(series));
  if (known === undefined || !isKnown(known.series)) {
    const [first] = said;
    const why =
      first === undefined
        ? 'no manifest, image or branch names one'
        : `${first.from} says ${first.series}, which Slipway does not know`;
    return {
      series: { value: newest, from: 'nothing: the newest one' },
      unknown: [`The Odoo series: ${why}, so ${newest} was written. Correct it, or run again with --series.`],
    };
  }
  const others = said.filter(({ series }) => series !== known.series);
  const same = said.filter(({ series }) => series === known.series).map(({ from }) => from);
  return {
    series: { value: known.series, from: [...new Set(same)].slice(0, 3).join(', ') },
    unknown:
      others.length === 0
        ? []
        : [
            `Whether ${known.series} is right: ${others.map(({ series, from }) => `${from} says ${series}`).join('; ')}.`,
          ],
  };
};
