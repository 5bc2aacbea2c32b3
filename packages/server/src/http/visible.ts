import type { Change } from '../store/changes.ts';
import type { Caller } from './callers.ts';

/** Whether a caller may know that a project is there at all: whoever has any role in it may read it. */
export const maySeeProject = ({ installation, roles }: Caller, project: string): boolean =>
  installation || Object.hasOwn(roles, project);

/** What is of no project is for administrators of the installation. */
export const maySeeChange = (caller: Caller, { organisation, project }: Change): boolean =>
  organisation === caller.organisation && (project === null ? caller.installation : maySeeProject(caller, project));
