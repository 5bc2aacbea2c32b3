/** Who may do what: the one table. Server, web and docs/reference/permissions.md read it; nothing else decides. */

/** From the least to the most; each may what the one before may. Per project. */
export const ROLES = ['viewer', 'developer', 'tester', 'admin'] as const;
export type Role = (typeof ROLES)[number];

/** What a route asks for, with the least role that has it; `null`: no role of a project, only an administrator of the installation. */
export const PERMISSIONS = {
  read: { role: 'viewer', says: 'see the project: branches, builds, logs, environments, promotions, evidence' },
  preview: {
    role: 'developer',
    says: 'open, rebuild, wake, close previews, log in to them, shell and SQL in them, read their mails',
  },
  staging: { role: 'tester', says: 'the same in staging, sanitised snapshots, refresh and deploy staging, rehearse' },
  promote: { role: 'tester', says: 'ask for a promotion, and have an approved one carried out' },
  approve: { role: 'admin', says: 'approve or refuse a promotion, let a pull request of a stranger build' },
  production: { role: 'admin', says: 'open, roll back and restore production, raw backups, break-glass' },
  settings: { role: 'admin', says: 'secrets, members, webhooks and notices of the project, its audit log' },
  installation: { role: null, says: 'projects, people, tokens of others, keys, everything of every project' },
} as const satisfies Record<string, { readonly role: Role | null; readonly says: string }>;
export type Permission = keyof typeof PERMISSIONS;

/**
 * What a route asks for. `stage`: what the stage of its environment asks for, see BY_STAGE. `self`: what anybody who is signed in may do
 * to what is theirs alone: sign out, own password, own tokens. `nobody`: nothing, it is open.
 */
export type Needed = Permission | 'stage' | 'self' | 'nobody';

/** Who handles an environment itself: its logs, its mails, its runs. What is no stage of these holds real data. */
const BY_STAGE: Readonly<Record<string, Permission>> = {
  development: 'preview',
  preview: 'preview',
  staging: 'staging',
  production: 'production',
};
export const permissionOfStage = (stage: string): Permission => BY_STAGE[stage] ?? 'production';

/** In words: who may. */
export const whoMay = (needed: Permission): string => {
  const { role } = PERMISSIONS[needed];
  return role === null
    ? 'an administrator of the installation'
    : `the role ${ROLES.slice(ROLES.indexOf(role)).join(' or ')}`;
};

export const roleAllows = (role: Role | undefined, needed: Permission): boolean => {
  const least = PERMISSIONS[needed].role;
  return least !== null && role !== undefined && ROLES.indexOf(role) >= ROLES.indexOf(least);
};
