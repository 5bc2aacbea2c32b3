import { useEffect } from 'react';
import { useRoute } from 'wouter';
import { useRead } from '../api/api.ts';
import { keep, readKept } from '../lib/kept.ts';

const IN_PROJECT = '/projects/:project/*?';

/** The project in the address, else the one that was looked at last, else the first. Null: there is none, or none is known yet. */
export const useProject = (): string | null => {
  const [, parameters] = useRoute(IN_PROJECT);
  const named = parameters?.project ?? null;
  const { data } = useRead('projects', {});
  useEffect(() => {
    if (named !== null) keep('project', named);
  }, [named]);
  if (named !== null) return named;
  const last = readKept('project');
  return data?.find(({ name }) => name === last)?.name ?? data?.[0]?.name ?? null;
};

export const projectPath = (project: string, rest = ''): string =>
  `/projects/${encodeURIComponent(project)}${rest === '' ? '' : `/${rest}`}`;
