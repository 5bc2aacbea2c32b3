/** Answers in GitHub's shape: the examples of its own description, with what matters filled in. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';

export const DESCRIPTION = join(import.meta.dirname, '../../fixtures/github/rest-api.json');

type Json = Record<string, unknown>;
const { components } = JSON.parse(readFileSync(DESCRIPTION, 'utf8')) as {
  components: { examples: Record<string, { value: Json }> };
};
const example = (name: string): Json => {
  const found = components.examples[name];
  if (found === undefined) throw new Error(`the description has no example ${name}`);
  return structuredClone(found.value);
};

export const user = (login: string, type: 'User' | 'Bot' = 'User'): Json => ({
  ...(example('issue-comment').user as Json),
  login,
  type,
});

export const comment = (given: {
  id: number;
  body: string;
  author: Json;
  app: number | null;
  issueUrl: string;
}): Json => ({
  ...example('issue-comment'),
  id: given.id,
  body: given.body,
  user: given.author,
  issue_url: given.issueUrl,
  performed_via_github_app: given.app === null ? null : { ...example('integration'), id: given.app },
});

export const status = (sha: string, given: Json): Json => ({
  ...example('status'),
  url: `https://api.github.com/repos/octocat/Hello-World/statuses/${sha}`,
  description: null,
  target_url: null,
  ...given,
});

export const ref = (name: string, object: { readonly type: 'commit' | 'tag'; readonly sha: string }): Json => {
  const shape = example('git-ref');
  return { ...shape, ref: name, object: { ...(shape.object as Json), ...object } };
};

export const annotatedTag = (given: { sha: string; tag: string; message: string; object: string }): Json => {
  const { object, ...rest } = given;
  const shape = example('git-tag');
  return { ...shape, ...rest, object: { ...(shape.object as Json), type: 'commit', sha: object } };
};

export const deployment = ({ id, sha, environment }: { id: number; sha: string; environment: string }): Json => ({
  ...(example('deployment-items') as unknown as Json[])[0],
  ...{ id, sha, environment },
});

export const deploymentStatus = (given: Json): Json => ({ ...example('deployment-status'), ...given });

export const installation = (id: number): Json => ({ ...example('installation'), id });

export const permission = (login: string, level: string): Json => {
  const whole = example('repository-collaborator-permission-response-if-user-has-admin-permissions');
  const legacy = level === 'maintain' ? 'write' : level === 'triage' ? 'read' : level;
  const push = legacy === 'write' || legacy === 'admin';
  const rights = {
    pull: level !== 'none',
    triage: push,
    push,
    maintain: level === 'maintain',
    admin: level === 'admin',
  };
  return {
    ...whole,
    permission: legacy,
    role_name: level,
    user: { ...(whole.user as Json), login, permissions: rights, role_name: level },
  };
};

export const me = (login: string): Json => ({
  ...example('private-user-response-with-public-profile-information'),
  login,
});
