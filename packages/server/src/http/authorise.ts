/** The one place that decides who may do what: by the caller, the row of the route table and what the path names (decision 0105). */
import { Failure } from '@slipway/contracts/failure';
import { type Needed, type Permission, permissionOfStage, roleAllows, whoMay } from '@slipway/contracts/permissions';
import { type Locator, locatorOf, neededOf, type Route, scopeOf } from '@slipway/contracts/route';
import { locate, type Place } from '../store/locate.ts';
import type { Queryable } from '../store/queryable.ts';
import type { Sight } from '../store/sight.ts';
import { type Caller, OPERATOR, requireScope } from './callers.ts';

/** What of a row it takes. */
export type Row = Pick<Route, 'method' | 'path' | 'scope' | 'needs' | 'of'>;

/** What somebody who was let in may ask further: where the body decides what is wanted, or the answer has parts that not all may see. */
export interface Grant {
  /** What lists show. */
  readonly sight: Sight;
  /** In the project of the route, or in that of an environment. */
  may(needed: Permission, environment?: string): boolean;
  /** Failure: forbidden. */
  must(needed: Permission): void;
  /** As a route of that environment that needs what its stage needs. Failures: environment-unknown, forbidden. */
  mustHandle(environment: string): Promise<void>;
}

/** A list shows what its reader may see, and the installation is no project's. */
const NOWHERE = { project: null, stage: null } as const;

const sightOf = ({ organisation, installation, roles }: Caller): Sight => ({
  organisation,
  projects: installation ? null : Object.keys(roles),
});

const allowed = (caller: Caller, project: string | null, needed: Permission): boolean => {
  // What concerns the whole machine is for those whose machine it is.
  if (needed === 'installation' || project === null)
    return caller.installation && caller.organisation === OPERATOR.organisation;
  return caller.installation || roleAllows(caller.roles[project], needed);
};

const demand = (caller: Caller, project: string | null, needed: Permission): void => {
  if (allowed(caller, project, needed)) return;
  const own = project === null ? undefined : caller.roles[project];
  throw new Failure('forbidden', {
    needed,
    roles: `${whoMay(needed)}${project === null || needed === 'installation' ? '' : ` in project ${project}`}`,
    who: caller.who,
    role: own === undefined ? 'none of these' : `the role ${own}`,
  });
};

const permissionAt = (needed: Exclude<Needed, 'self' | 'nobody'>, stage: string | null): Permission =>
  needed === 'stage' ? permissionOfStage(stage ?? '') : needed;

/**
 * Lets a caller in, or says why not. In this order, so that nobody learns what there is: what the token is for, whether there is such a
 * thing for this caller, what the role allows. Failures: token-scope, forbidden, and those of locate.
 */
export const authorise = async (
  db: Queryable,
  caller: Caller,
  row: Row,
  parameters: Readonly<Record<string, string>>,
): Promise<Grant> => {
  requireScope(caller, scopeOf(row));
  const [needed, of] = [neededOf(row), locatorOf(row) ?? 'installation'];
  const sight = sightOf(caller);
  const place = isOfNoProject(of) ? NOWHERE : await locate(db, of, parameters[PARAMETER[of] ?? of] ?? '', sight);
  const isForAll = needed === 'self' || needed === 'nobody' || (of === 'list' && needed === 'read');
  if (!isForAll) demand(caller, place.project, permissionAt(needed, place.stage));
  return grantOf(db, caller, place, sight);
};

const isOfNoProject = (of: Locator): of is 'list' | 'installation' => of === 'list' || of === 'installation';

/** Where the parameter has another name than what it names. */
const PARAMETER: Partial<Record<Locator, string>> = { evidence: 'run' };

const grantOf = (db: Queryable, caller: Caller, { project }: Place | typeof NOWHERE, sight: Sight): Grant => ({
  sight,
  may: (needed, environment) => allowed(caller, environment?.split('/')[0] ?? project, needed),
  must: (needed) => demand(caller, project, needed),
  mustHandle: async (environment) => {
    const found = await locate(db, 'environment', environment, sight);
    demand(caller, found.project, permissionOfStage(found.stage ?? ''));
  },
});

/** Of a path that is open to all: it shows nothing that is anybody's. */
export const NO_GRANT: Grant = {
  sight: { organisation: null, projects: [] },
  may: () => false,
  must: (needed) => {
    throw new Failure('forbidden', { needed, roles: whoMay(needed), who: 'nobody', role: 'none' });
  },
  mustHandle: async () => NO_GRANT.must('installation'),
};
