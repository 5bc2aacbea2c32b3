/** Names that Slipway gives to things outside itself: databases, roles, containers, hosts. One place, so that close finds what open made. */

export type Slot = 'blue' | 'green';

/** `pr-12` of project `shop`: the environment's name inside its project. */
export const previewName = (number: number): string => `pr-${number}`;

/** Unique over all projects of an instance: `shop/pr-12`. */
export const environmentId = (project: string, name: string): string => `${project}/${name}`;

/** The database name that users were promised: `odoo_pr_12`; a second project on the server gets its name in front. */
export const previewDatabase = (number: number, prefix: string): string => `${prefix}odoo_pr_${number}`;

/** The environment's own role; the same name as its database, which PostgreSQL keeps apart. */
export const previewRole = (number: number, prefix: string): string => `${prefix}odoo_pr_${number}`;

/** At most 40 characters of a branch or title that are fit for a host name. */
export const slug = (text: string): string =>
  text
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(0, 40)
    .replace(/-+$/, '') || 'preview';

/** `pr-12-fix-invoice.localhost`; a DNS label has at most 63 characters. */
export const previewHost = (number: number, branch: string, domain: string): string =>
  `pr-${number}-${slug(branch)}`.slice(0, 63).replace(/-+$/, '') + `.${domain}`;

/** `staging`, `production`, `drill`, `rehearsal`: the name of a stage's one environment, and of its database with the project's prefix. */
export type StageName = 'staging' | 'production' | 'drill' | 'rehearsal';

export const stageDatabase = (name: StageName, prefix: string): string => `${prefix}odoo_${name}`;

/** A deployment that updates modules goes on in a copy: the two names take turns, and the other one is the way back. */
export const otherDatabase = (database: string): string =>
  database.endsWith(TURN) ? database.slice(0, -TURN.length) : `${database}${TURN}`;
const TURN = '_b';

/** `staging.localhost`; a second project has its name in front: `shop-staging.localhost`. */
export const stageHost = (name: StageName, project: { name: string; databasePrefix: string }, domain: string): string =>
  `${project.databasePrefix === '' ? '' : `${project.name}-`}${name}.${domain}`;

/** Owner of what is only on its way into an environment: attachments of a backup that is being restored. */
export const landingOwner = (environment: string): string => `${environment}${LANDING}`;
export const environmentOfOwner = (owner: string): string =>
  owner.endsWith(LANDING) ? owner.slice(0, -LANDING.length) : owner;
const LANDING = '-landing';
