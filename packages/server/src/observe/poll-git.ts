import { seconds } from '@slipway/contracts/project-config';
import { handleProjectEvent } from '../flows/handle-event.ts';
import type { Slipway } from '../flows/slipway.ts';
import { type Heads, pollBranches } from '../intake/git/poll-branches.ts';
import { listProjects, type Project } from '../store/projects.ts';
import { type Loop, startLoop } from './loop.ts';

export interface GitPolling extends Loop {
  /** Someone says that this project's branches moved: look at once. */
  look(project: string): void;
}

/** Asks plain git remotes for new commits, as often as their slipway.yaml says and whenever told to. */
export const pollGit = (slipway: Slipway): GitPolling => {
  const seen = new Map<string, { readonly at: number; readonly heads: Heads }>();
  const told = new Set<string>();
  const loop = startLoop('git', 1000, slipway, async () => {
    for (const project of await listProjects(slipway.db)) {
      const { poll } = project.config.source;
      const last = seen.get(project.name);
      const now = slipway.clock.now().getTime();
      const due = poll !== undefined && now - (last?.at ?? 0) >= seconds(poll) * 1000;
      if (!told.delete(project.name) && !due) continue;
      seen.set(project.name, { at: now, heads: await compare(slipway, project, last?.heads ?? {}) });
    }
  });
  return {
    ...loop,
    look: (project) => {
      told.add(project);
      loop.wake();
    },
  };
};

/** After a restart every head looks new; a preview that is at its head already is left alone by the decision. */
const compare = async (slipway: Slipway, project: Project, before: Heads): Promise<Heads> => {
  const repository = await slipway.ports.repository(project.name);
  await repository.fetch();
  const heads = await repository.branches();
  const messages = new Map<string, string>();
  for (const [branch, sha] of Object.entries(heads))
    if (before[branch] !== sha) messages.set(sha, (await repository.commit(sha)).message);
  const about = { repository: project.name, message: (sha: string) => messages.get(sha) ?? '' };
  for (const event of pollBranches(before, heads, about)) await handleProjectEvent(slipway, project, event);
  return heads;
};
