import { Failure } from '@slipway/contracts/failure';

/** How an image is made from Debian's archive alone, for machines that reach no registry. Pure. */
export interface Recipe {
  readonly reference: string;
  /** Debian release that the root is made of. */
  readonly suite: string;
  /** A second release that single packages are taken from; pinned low, so that nothing else comes from it. */
  readonly extra: { readonly suite: string; readonly packages: readonly string[] } | null;
  readonly packages: readonly string[];
  readonly user: string;
  readonly entrypoint: readonly string[];
}

/**
 * Odoo 19 is in sid, whose own Python 3.14 cannot start it; on trixie's 3.13 it runs (tried November 2026). Odoo 14 is in bullseye.
 * wkhtmltopdf is in neither: PDF reports need a registry image.
 */
const ODOO: Readonly<Record<string, Omit<Recipe, 'reference' | 'user' | 'entrypoint'>>> = {
  '19.0': {
    suite: 'trixie',
    extra: { suite: 'sid', packages: ['odoo-19'] },
    packages: ['ca-certificates', 'python3-ldap', 'curl', 'python3-watchdog'],
  },
  '14.0': { suite: 'bullseye', extra: null, packages: ['odoo-14', 'ca-certificates', 'curl'] },
};

export const odooReference = (series: string): string => `slipway/odoo:${series}`;
export const POSTGRES_REFERENCE = 'slipway/postgres:17';

/** Failure: kind-unknown, with the series that Debian has. */
export const odooRecipe = (series: string): Recipe => {
  const found = ODOO[series];
  if (found === undefined)
    throw new Failure('kind-unknown', {
      what: 'Odoo series in Debian',
      kind: series,
      known: Object.keys(ODOO).join(', '),
    });
  return { ...found, reference: odooReference(series), user: 'odoo', entrypoint: ['odoo'] };
};

export const postgresRecipe: Recipe = {
  reference: POSTGRES_REFERENCE,
  suite: 'trixie',
  extra: null,
  packages: ['postgresql-17', 'ca-certificates'],
  user: 'postgres',
  entrypoint: [],
};

/** Preferences that keep the second release out of everything that is not asked for by name. */
export const preferences = (suite: string): string => `Package: *\nPin: release n=${suite}\nPin-Priority: 100\n`;

/** Arguments of mmdebstrap; `mirror` is the host's own. Documentation is left out, a third of the size. */
export const bootstrapArguments = (
  recipe: Recipe,
  facts: { readonly tar: string; readonly mirror: string; readonly hook: string | null },
): string[] => {
  const extra = (recipe.extra?.packages ?? []).map((name) => `${name}/${recipe.extra?.suite}`);
  return [
    '--variant=minbase',
    // A mirror's copy of a moving release may be some days old.
    '--aptopt=Acquire::Check-Valid-Until "false"',
    '--dpkgopt=path-exclude=/usr/share/doc/*',
    '--dpkgopt=path-exclude=/usr/share/man/*',
    ...(facts.hook === null ? [] : [`--setup-hook=copy-in ${facts.hook} /etc/apt/preferences.d`]),
    `--include=${[...extra, ...recipe.packages].join(',')}`,
    recipe.suite,
    facts.tar,
    `deb ${facts.mirror} ${recipe.suite} main`,
    ...(recipe.extra === null ? [] : [`deb ${facts.mirror} ${recipe.extra.suite} main`]),
  ];
};

/** The main archive out of what apt knows (`origin|label|codename|address`), not the one for security updates, which lacks most packages. */
export const chooseMirror = (lines: readonly string[]): string | null => {
  for (const line of lines) {
    const [origin, label, codename = '', address = ''] = line.split('|');
    const main = origin === 'Debian' && label === 'Debian' && !/-(security|updates|backports)/.test(codename);
    if (main && address !== '') return address;
  }
  return null;
};
