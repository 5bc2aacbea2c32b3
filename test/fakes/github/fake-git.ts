/** Branches, tags and deployments of the small GitHub. */
import type { Answer, Route } from './fake-types.ts';
import { annotatedTag, deployment, deploymentStatus, ref } from './shapes.ts';

const answer = (code: number, body: unknown): Answer => ({ status: code, body });
const refused = (message: string): Answer =>
  answer(422, { message, documentation_url: 'https://docs.github.com/rest/git/refs' });
const gone = answer(404, { message: 'Not Found', documentation_url: 'https://docs.github.com/rest' });

const shaped = (name: string, sha: string) =>
  ref(name, { type: name.startsWith('refs/tags/') ? 'tag' : 'commit', sha });

export const gitRoutes: readonly Route[] = [
  [
    /^GET \/repos\/([^/]+\/[^/]+)\/deployments$/,
    ({ deployments }, _path, _body, _caller, search) => {
      const found = deployments.filter(
        ({ sha, environment }) => sha === search.get('sha') && environment === search.get('environment'),
      );
      return answer(200, found.reverse().map(deployment));
    },
  ],
  [
    /^POST \/repos\/([^/]+\/[^/]+)\/deployments$/,
    ({ deployments }, _path, body) => {
      const made = { id: deployments.length + 1, sha: String(body.ref), environment: String(body.environment) };
      deployments.push({ ...made, statuses: [] });
      return answer(201, deployment(made));
    },
  ],
  [
    /^POST \/repos\/([^/]+\/[^/]+)\/deployments\/(\d+)\/statuses$/,
    ({ deployments }, [, id], body) => {
      const found = deployments.find((one) => one.id === Number(id));
      if (found === undefined) return gone;
      found.statuses.push(body);
      return answer(201, deploymentStatus({ state: body.state, environment: body.environment }));
    },
  ],
  [
    /^GET \/repos\/([^/]+\/[^/]+)\/git\/ref\/(.+)$/,
    ({ refs }, [repository, path = '']) => {
      const name = `refs/${decodeURIComponent(path)}`;
      const sha = refs.get(`${repository} ${name}`);
      return sha === undefined ? gone : answer(200, shaped(name, sha));
    },
  ],
  [
    /^PATCH \/repos\/([^/]+\/[^/]+)\/git\/refs\/(.+)$/,
    ({ refs, diverged }, [repository, path = ''], { sha, force }) => {
      const name = `refs/${decodeURIComponent(path)}`;
      if (!refs.has(`${repository} ${name}`)) return refused('Reference does not exist');
      if (diverged.has(String(sha)) && force !== true) return refused('Update is not a fast forward');
      refs.set(`${repository} ${name}`, String(sha));
      return answer(200, shaped(name, String(sha)));
    },
  ],
  [
    /^POST \/repos\/([^/]+\/[^/]+)\/git\/refs$/,
    ({ refs }, [repository], body) => {
      const [name, sha] = [String(body.ref), String(body.sha)];
      if (refs.has(`${repository} ${name}`)) return refused('Reference already exists');
      refs.set(`${repository} ${name}`, sha);
      return answer(201, shaped(name, sha));
    },
  ],
  [
    /^GET \/repos\/([^/]+\/[^/]+)\/git\/matching-refs\/(.+)$/,
    ({ refs }, [repository, path = '']) => {
      const start = `${repository} refs/${decodeURIComponent(path)}`;
      const found = [...refs].filter(([name]) => name.startsWith(start));
      return answer(
        200,
        found.map(([name, sha]) => shaped(name.slice(`${repository} `.length), sha)),
      );
    },
  ],
  [
    /^POST \/repos\/([^/]+\/[^/]+)\/git\/tags$/,
    ({ tags }, _path, body) => {
      const sha = (tags.size + 1).toString(16).padStart(40, '0');
      tags.set(sha, { sha, tag: String(body.tag), message: String(body.message), object: String(body.object) });
      return answer(201, annotatedTag(tags.get(sha) as NonNullable<ReturnType<typeof tags.get>>));
    },
  ],
  [
    /^GET \/repos\/([^/]+\/[^/]+)\/git\/tags\/([0-9a-f]{40})$/,
    ({ tags }, [, sha = '']) => {
      const found = tags.get(sha);
      return found === undefined ? gone : answer(200, annotatedTag(found));
    },
  ],
];
