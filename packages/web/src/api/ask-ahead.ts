import { api, keyOf, queries } from './api.ts';
import { askMe, ME } from './me.ts';

const BOARD = /^\/projects\/([^/]+)\/?$/;

const askBoard = (project: string): void => {
  const parameters = { project };
  void queries.prefetchQuery({
    queryKey: keyOf('board', { parameters }),
    queryFn: () => api.call('board', { parameters }),
  });
};

/** What the board will ask for is asked for while its code still comes, not after it. What fails is asked for again by the page. */
export const askAhead = async (path: string): Promise<void> => {
  const named = BOARD.exec(path)?.[1];
  if (named === undefined && path !== '/') return;
  void queries.prefetchQuery({ queryKey: ME, queryFn: askMe });
  if (named !== undefined) askBoard(decoded(named));
  const projects = await queries.fetchQuery({ queryKey: keyOf('projects'), queryFn: () => api.call('projects') });
  // Who has only one is led to it.
  if (named === undefined && projects.length === 1 && projects[0] !== undefined) askBoard(projects[0].name);
};

/** As the router reads a part of an address. */
const decoded = (part: string): string => {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
};
