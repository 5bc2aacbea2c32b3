/** Pure: which packages make which image, as mmdebstrap's command line and Docker's import instructions. */

export interface Recipe {
  /** Debian release that the system is made of. */
  readonly release: string;
  /** A second release for the packages named `package/release`; everything else stays with `release`. */
  readonly extra: string | null;
  readonly include: readonly string[];
  readonly user: string;
  readonly entrypoint: readonly string[];
  readonly title: string;
}

/**
 * Debian has Odoo 19 in sid only; on sid's own Python 3.14 it does not start, on trixie's 3.13 it does (tried November 2026).
 * bullseye has Odoo 14.
 */
export const ODOO_RECIPES: Readonly<Record<string, Recipe>> = {
  '19.0': {
    release: 'trixie',
    extra: 'sid',
    include: ['odoo-19/sid', 'ca-certificates', 'python3-ldap', 'curl', 'python3-watchdog'],
    user: 'odoo',
    entrypoint: ['odoo'],
    title: 'Odoo 19.0',
  },
  '14.0': {
    release: 'bullseye',
    extra: null,
    include: ['odoo-14', 'ca-certificates', 'python3-ldap', 'curl', 'python3-watchdog'],
    user: 'odoo',
    entrypoint: ['odoo'],
    title: 'Odoo 14.0',
  },
};

export const POSTGRES_RECIPE: Recipe = {
  release: 'trixie',
  extra: null,
  include: ['postgresql-17', 'ca-certificates'],
  user: 'postgres',
  entrypoint: ['/usr/lib/postgresql/17/bin/postgres'],
  title: 'PostgreSQL 17',
};

/** The second release must not replace the first one's packages. */
export const pinFile = ({ extra }: Recipe): string =>
  extra === null ? '' : `Package: *\nPin: release n=${extra}\nPin-Priority: 100\n`;

export const recipeArguments = (
  recipe: Recipe,
  at: { readonly mirror: string; readonly pin: string; readonly tar: string },
): string[] => [
  '--variant=minbase',
  // A mirror's copy of sid may be two weeks old, longer than its own date allows.
  '--aptopt=Acquire::Check-Valid-Until "false"',
  `--include=${recipe.include.join(',')}`,
  '--dpkgopt=path-exclude=/usr/share/doc/*',
  '--dpkgopt=path-exclude=/usr/share/man/*',
  ...(recipe.extra === null
    ? []
    : [
        '--setup-hook=mkdir -p "$1/etc/apt/preferences.d"',
        `--setup-hook=upload ${at.pin} /etc/apt/preferences.d/slipway`,
      ]),
  // PostgreSQL's package would make a cluster inside the image that nobody uses.
  '--essential-hook=mkdir -p "$1/etc/postgresql-common" && echo "create_main_cluster = false" > "$1/etc/postgresql-common/createcluster.conf"',
  recipe.release,
  at.tar,
  `deb ${at.mirror} ${recipe.release} main`,
  ...(recipe.extra === null ? [] : [`deb ${at.mirror} ${recipe.extra} main`]),
];

export const importChanges = (recipe: Recipe, createdAt: string): string[] => [
  `USER ${recipe.user}`,
  `ENTRYPOINT ${JSON.stringify(recipe.entrypoint)}`,
  `LABEL org.opencontainers.image.title=${JSON.stringify(recipe.title)}`,
  `LABEL org.opencontainers.image.created=${createdAt}`,
  `LABEL org.opencontainers.image.vendor=${JSON.stringify('Debian packages, put together by Slipway')}`,
  `LABEL slipway.recipe=${JSON.stringify(`${recipe.release}${recipe.extra === null ? '' : `+${recipe.extra}`} ${recipe.include.join(',')}`)}`,
];
