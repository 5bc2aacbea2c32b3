import { Failure } from '@slipway/contracts/failure';
import { z } from 'zod';
import type { ReleaseBranch } from '../../../ports/release-branch.ts';
import type { GithubClient } from './client.ts';
import * as requests from './requests.ts';

/** What GitHub answers where a ref is not what was thought: there already, or no way forward. */
const UNPROCESSABLE = 422;
const NOT_FOUND = 404;
const TRIES = 3;

const refAnswer = z.object({ ref: z.string(), object: z.object({ type: z.string(), sha: z.string() }) });
const tagAnswer = z.object({ sha: z.string(), tag: z.string(), object: z.object({ sha: z.string() }) });

/** Through GitHub's API, so that its rules for branches hold and the App needs no right to push. */
export const githubReleases = (client: GithubClient, repository: string): ReleaseBranch => ({
  forward: async (branch, sha) => {
    const head = await headOf(client, repository, branch);
    if (head === sha) return 'there';
    const made = head === null;
    const request = made
      ? requests.createRef(repository, `refs/heads/${branch}`, sha)
      : requests.moveBranch(repository, branch, sha);
    await client.ask(repository, request).catch((error: unknown) => {
      throw refusal(error, { branch, sha });
    });
    return made ? 'made' : 'moved';
  },
  tag: async (tag) => {
    for (let attempt = 1; attempt < TRIES; attempt += 1) {
      const name = await tryTag(client, repository, tag).catch(numberTaken);
      if (name !== null) return name;
    }
    return tryTag(client, repository, tag);
  },
});

/** Somebody took the number meanwhile. */
const numberTaken = (error: unknown): null => {
  if (error instanceof Failure && error.code === 'branch-refused') return null;
  throw error;
};

type Tag = Parameters<ReleaseBranch['tag']>[0];

const tryTag = async (client: GithubClient, repository: string, { prefix, sha, message }: Tag): Promise<string> => {
  const refs = z.array(refAnswer).parse(await client.ask(repository, requests.listTags(repository, prefix)));
  const there = await tagOf(client, repository, { refs, sha });
  if (there !== null) return there;
  const name = `${prefix}-${nextNumber(refs, prefix)}`;
  const made = tagAnswer.parse(await client.ask(repository, requests.createTag(repository, { name, sha, message })));
  await client
    .ask(repository, requests.createRef(repository, `refs/tags/${name}`, made.sha))
    .catch((error: unknown) => {
      if (statusOf(error) !== UNPROCESSABLE) throw error;
      throw new Failure('branch-refused', { ref: name, reason: reasonOf(error) }, error);
    });
  return name;
};

const statusOf = (error: unknown): unknown => (error instanceof Failure ? error.facts['status'] : undefined);
const reasonOf = (error: unknown): string => (error instanceof Failure ? String(error.facts['reason']) : '');

const headOf = async (client: GithubClient, repository: string, branch: string): Promise<string | null> => {
  try {
    return refAnswer.parse(await client.ask(repository, requests.getBranch(repository, branch))).object.sha;
  } catch (error) {
    if (statusOf(error) === NOT_FOUND) return null;
    throw error;
  }
};

const refusal = (error: unknown, { branch, sha }: { readonly branch: string; readonly sha: string }): unknown => {
  if (statusOf(error) !== UNPROCESSABLE) return error;
  const reason = reasonOf(error);
  return /fast forward/i.test(reason)
    ? new Failure('branch-diverged', { branch, sha }, error)
    : new Failure('branch-refused', { ref: branch, reason }, error);
};

type Ref = z.infer<typeof refAnswer>;

/** An annotated tag is an object of its own, which names the commit. */
const tagOf = async (
  client: GithubClient,
  repository: string,
  { refs, sha }: { readonly refs: readonly Ref[]; readonly sha: string },
): Promise<string | null> => {
  for (const { object } of refs.filter(({ object: { type } }) => type === 'tag')) {
    const found = tagAnswer.parse(await client.ask(repository, requests.getTag(repository, object.sha)));
    if (found.object.sha === sha) return found.tag;
  }
  return null;
};

const nextNumber = (refs: readonly Ref[], prefix: string): number => {
  const numbers = refs.map(({ ref }) => Number(ref.slice(`refs/tags/${prefix}-`.length)));
  return Math.max(0, ...numbers.filter(Number.isInteger)) + 1;
};
