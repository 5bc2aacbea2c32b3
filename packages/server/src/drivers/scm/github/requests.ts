/** What is asked of GitHub, as data. */
import type { CommitStatus, DeploymentStatus } from '../../../ports/source-host.ts';

export interface GithubRequest {
  /** As in GitHub's documentation, such as `GET /repos/{owner}/{repo}`. */
  readonly route: string;
  readonly parameters: Readonly<Record<string, string | number | boolean | readonly string[]>>;
}

export const PAGE_SIZE = 100;
/** GitHub refuses longer ones. */
const DESCRIPTION_LIMIT = 140;
export const BODY_LIMIT = 65_536;

const of = (repository: string): { readonly owner: string; readonly repo: string } => {
  const [owner = '', repo = ''] = repository.split('/');
  return { owner, repo };
};

/** What makes a comment ours in the eyes of whoever looks for it; GitHub shows nothing of it. */
export const hidden = (marker: string): string => `<!-- ${marker.replace(/^<!--\s*|\s*-->$/g, '')} -->`;

/** The marker comes first, so that no length limit can cut it off. */
export const marked = (body: string, marker: string): string =>
  (body.includes(hidden(marker)) ? body : `${hidden(marker)}\n${body}`).slice(0, BODY_LIMIT);

export const listComments = (repository: string, number: number, page: number): GithubRequest => ({
  route: 'GET /repos/{owner}/{repo}/issues/{issue_number}/comments',
  parameters: { ...of(repository), issue_number: number, per_page: PAGE_SIZE, page },
});

export const createComment = (repository: string, number: number, body: string): GithubRequest => ({
  route: 'POST /repos/{owner}/{repo}/issues/{issue_number}/comments',
  parameters: { ...of(repository), issue_number: number, body },
});

export const updateComment = (repository: string, id: number, body: string): GithubRequest => ({
  route: 'PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}',
  parameters: { ...of(repository), comment_id: id, body },
});

export const createStatus = (repository: string, status: CommitStatus): GithubRequest => ({
  route: 'POST /repos/{owner}/{repo}/statuses/{sha}',
  parameters: {
    ...of(repository),
    sha: status.sha,
    state: status.state,
    context: status.context,
    description: status.description.slice(0, DESCRIPTION_LIMIT),
    ...(status.url !== null && { target_url: status.url }),
  },
});

export const getPermission = (repository: string, username: string): GithubRequest => ({
  route: 'GET /repos/{owner}/{repo}/collaborators/{username}/permission',
  parameters: { ...of(repository), username },
});

export const getBranch = (repository: string, branch: string): GithubRequest => ({
  route: 'GET /repos/{owner}/{repo}/git/ref/{ref}',
  parameters: { ...of(repository), ref: `heads/${branch}` },
});

/** Never by force: what is no way forward is refused by GitHub itself. */
export const moveBranch = (repository: string, branch: string, sha: string): GithubRequest => ({
  route: 'PATCH /repos/{owner}/{repo}/git/refs/{ref}',
  parameters: { ...of(repository), ref: `heads/${branch}`, sha, force: false },
});

export const createRef = (repository: string, ref: string, sha: string): GithubRequest => ({
  route: 'POST /repos/{owner}/{repo}/git/refs',
  parameters: { ...of(repository), ref, sha },
});

export const listTags = (repository: string, prefix: string): GithubRequest => ({
  route: 'GET /repos/{owner}/{repo}/git/matching-refs/{ref}',
  parameters: { ...of(repository), ref: `tags/${prefix}-` },
});

export const getTag = (repository: string, tagSha: string): GithubRequest => ({
  route: 'GET /repos/{owner}/{repo}/git/tags/{tag_sha}',
  parameters: { ...of(repository), tag_sha: tagSha },
});

export const createTag = (
  repository: string,
  { name, sha, message }: { readonly name: string; readonly sha: string; readonly message: string },
): GithubRequest => ({
  route: 'POST /repos/{owner}/{repo}/git/tags',
  parameters: { ...of(repository), tag: name, object: sha, type: 'commit', message },
});

export const findDeployment = (
  repository: string,
  { sha, environment }: Pick<DeploymentStatus, 'sha' | 'environment'>,
): GithubRequest => ({
  route: 'GET /repos/{owner}/{repo}/deployments',
  parameters: { ...of(repository), sha, environment, per_page: 1 },
});

/** Without GitHub's own checks and merging: what may be deployed was decided here, and is under way. */
export const createDeployment = (
  repository: string,
  { sha, environment, description }: Pick<DeploymentStatus, 'sha' | 'environment' | 'description'>,
): GithubRequest => ({
  route: 'POST /repos/{owner}/{repo}/deployments',
  parameters: {
    ...of(repository),
    ref: sha,
    environment,
    description: description.slice(0, DESCRIPTION_LIMIT),
    auto_merge: false,
    required_contexts: [],
    production_environment: true,
  },
});

export const createDeploymentStatus = (repository: string, id: number, status: DeploymentStatus): GithubRequest => ({
  route: 'POST /repos/{owner}/{repo}/deployments/{deployment_id}/statuses',
  parameters: {
    ...of(repository),
    deployment_id: id,
    state: status.state,
    environment: status.environment,
    description: status.description.slice(0, DESCRIPTION_LIMIT),
    ...(status.url !== null && { environment_url: status.url }),
  },
});

export const getInstallation = (repository: string): GithubRequest => ({
  route: 'GET /repos/{owner}/{repo}/installation',
  parameters: of(repository),
});

export const getMe: GithubRequest = { route: 'GET /user', parameters: {} };
