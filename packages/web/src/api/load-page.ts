import { Problem } from './problem.ts';

/** Of this tab: one that is loaded anew again and again would be no page at all. */
const KEPT = 'slipway.loaded-anew';
const PAUSE_MS = 20_000;

const notLoaded = (error: unknown): Problem =>
  new Problem({
    status: 0,
    code: 'page-not-loaded',
    title: 'This page could not be loaded.',
    hint: `Slipway may be restarting. (${String(error)})`,
  });

/** Refused storage counts as a try, for the same reason. */
const mayTry = (now: number): boolean => {
  try {
    if (now - Number(sessionStorage.getItem(KEPT) ?? 0) < PAUSE_MS) return false;
    sessionStorage.setItem(KEPT, String(now));
    return true;
  } catch {
    return false;
  }
};

const answers = async (): Promise<boolean> => {
  try {
    return (await fetch('/icon.svg', { cache: 'no-store' })).ok;
  } catch {
    return false;
  }
};

/**
 * Files of a page that did not come, which stays so for as long as the tab is not loaded anew. Either Slipway was replaced by another
 * version, whose files have other names, or a connection broke: once there is an answer the tab is loaded anew, at the same address.
 */
const loadAnew = async (error: unknown): Promise<never> => {
  if (!(await answers()) || !mayTry(performance.timeOrigin + performance.now())) throw notLoaded(error);
  window.location.reload();
  return new Promise<never>(() => undefined);
};

export const loadPage = <T>(load: () => Promise<T>): Promise<T> => load().catch(loadAnew);
