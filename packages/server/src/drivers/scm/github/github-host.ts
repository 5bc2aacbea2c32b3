import { Failure } from '@slipway/contracts/failure';
import { z } from 'zod';
import type { Clock } from '../../../domain/clock.ts';
import type { Secret } from '../../../domain/secret.ts';
import type { ReleaseBranch } from '../../../ports/release-branch.ts';
import type { DeploymentStatus, SourceHost } from '../../../ports/source-host.ts';
import { type GithubClient, openGithubClient } from './client.ts';
import { githubReleases } from './release-branch.ts';
import * as requests from './requests.ts';
import { type GithubSettings, githubSettings } from './settings.ts';

export interface GithubHost extends SourceHost {
  readonly kind: 'github';
  /** For git: a token that may read the repository's code; an App's lives an hour, so ask each time. */
  cloneToken(repository: string): Promise<Secret>;
  releases(repository: string): ReleaseBranch;
}

/** GitHub, or a GitHub Enterprise Server, as an App or with a token. `repository` is always `owner/name`. */
export const openGithubHost = (given: GithubSettings, clock: Pick<Clock, 'now'>): GithubHost => {
  const client = openGithubClient(githubSettings.parse(given), clock);
  return {
    kind: 'github',
    upsertComment: (comment) => upsertComment(client, comment),
    setStatus: async (repository, status) => {
      await client.ask(repository, requests.createStatus(repository, status));
    },
    setDeployment: (repository, status) => setDeployment(client, repository, status),
    mayWrite: (repository, user) => mayWrite(client, repository, user),
    cloneToken: (repository) => client.token(repository),
    releases: (repository) => githubReleases(client, repository),
  };
};

const setDeployment = async (client: GithubClient, repository: string, status: DeploymentStatus): Promise<void> => {
  const [known] = z
    .array(z.object({ id: z.int() }))
    .parse(await client.ask(repository, requests.findDeployment(repository, status)));
  const id = known?.id ?? idOf(await client.ask(repository, requests.createDeployment(repository, status)));
  await client.ask(repository, requests.createDeploymentStatus(repository, id, status));
};

type CommentRequest = Parameters<SourceHost['upsertComment']>[0];

const upsertComment = async (client: GithubClient, comment: CommentRequest): Promise<string> => {
  const { repository, number, marker } = comment;
  const body = requests.marked(comment.body, marker);
  if (comment.knownId !== null && (await updated(client, comment, Number(comment.knownId), body)))
    return comment.knownId;
  // Not known, or deleted by somebody. A crash between creating it and remembering its id must not make a second one.
  const found = await findOwn(client, repository, number, requests.hidden(marker));
  if (found !== null && (await updated(client, comment, found, body))) return String(found);
  return String(idOf(await client.ask(repository, requests.createComment(repository, number, body))));
};

/** False when it is gone. */
const updated = async (
  client: GithubClient,
  { repository }: CommentRequest,
  id: number,
  body: string,
): Promise<boolean> => {
  try {
    await client.ask(repository, requests.updateComment(repository, id, body));
    return true;
  } catch (error) {
    if (isNotFound(error)) return false;
    throw error;
  }
};

const isNotFound = (error: unknown): boolean => error instanceof Failure && error.facts.status === 404;

const commentList = z.array(
  z.object({
    id: z.int(),
    body: z.string().nullish(),
    user: z.object({ login: z.string() }).nullable(),
    performed_via_github_app: z.object({ id: z.int() }).nullish(),
  }),
);
const idOf = (answer: unknown): number => z.object({ id: z.int() }).parse(answer).id;

/** 5,000 comments; a pull request with more of them has other worries. */
const MOST_PAGES = 50;

const findOwn = async (
  client: GithubClient,
  repository: string,
  number: number,
  marker: string,
): Promise<number | null> => {
  for (let page = 1; page <= MOST_PAGES; page += 1) {
    const comments = commentList.parse(await client.ask(repository, requests.listComments(repository, number, page)));
    for (const { id, body, user, performed_via_github_app: app } of comments) {
      // Anybody can copy the marker into a comment of theirs.
      if (body?.includes(marker) && (await client.wroteIt({ login: user?.login ?? null, app: app?.id ?? null })))
        return id;
    }
    if (comments.length < requests.PAGE_SIZE) return null;
  }
  return null;
};

const permissionAnswer = z.object({ permission: z.string() });

/** GitHub's answer for this person, not `author_association`, which says nothing of rights. maintain is told as write. */
const mayWrite = async (client: GithubClient, repository: string, user: string): Promise<boolean> => {
  try {
    const answer = permissionAnswer.parse(await client.ask(repository, requests.getPermission(repository, user)));
    return answer.permission === 'admin' || answer.permission === 'write';
  } catch (error) {
    // No such user, as with dependabot[bot].
    if (isNotFound(error)) return false;
    throw error;
  }
};
