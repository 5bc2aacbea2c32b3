import { seconds } from '@slipway/contracts/project-config';
import { handleProjectEvent } from '../flows/handle-event.ts';
import type { Slipway } from '../flows/slipway.ts';
import { type Heads, pollBranches } from '../intake/git/poll-branches.ts';
import { listProjects, type Project } from '../store/projects.ts';
import { type Loop, startLoop } from './loop.ts';

/** Asks plain git remotes for new commits, as often as their slipway.yaml says; without `source.poll` never. */
export const pollGit = (slipway: Slipway): Loop => {
  const seen = new Map<string, { readonly at: number; readonly heads: Heads }>();
  return startLoop('git', 1000, slipway, async () => {
    for (const project of await listProjects(slipway.db)) {
      const { poll } = project.config.source;
      const last = seen.get(project.name);
      const now = slipway.clock.now().getTime();
      if (poll === undefined || (last !== undefined && now - last.at < seconds(poll) * 1000)) continue;
      const heads = await look(slipway, project, last?.heads);
      seen.set(project.name, { at: now, heads });
    }
  });
};

/** The first look only remembers: what was pushed before is nobody's news. */
const look = async (slipway: Slipway, project: Project, before: Heads | undefined): Promise<Heads> => {
  const repository = await slipway.ports.repository(project.name);
  await repository.fetch();
  const heads = await repository.branches();
  if (before === undefined) return heads;
  const messages = new Map<string, string>();
  for (const [branch, sha] of Object.entries(heads))
    if (before[branch] !== sha) messages.set(sha, (await repository.commit(sha)).message);
  const about = { repository: project.name, message: (sha: string) => messages.get(sha) ?? '' };
  for (const event of pollBranches(before, heads, about)) await handleProjectEvent(slipway, project, event);
  return heads;
};
