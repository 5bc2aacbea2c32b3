import { useState } from 'react';

/** After the #: browsers keep that part to themselves, so no log of a proxy ever has it. */
export const tokenIn = (hash: string): string | null => {
  const token = new URLSearchParams(hash.replace(/^#/, '')).get('token') ?? '';
  return /^[A-Za-z0-9_-]{43}$/.test(token) ? token : null;
};

export const useLinkToken = (): string | null => useState(() => tokenIn(window.location.hash))[0];

/** Where to go after signing in. Only a path of this page: what leads elsewhere leads to the beginning. */
export const nextIn = (search: string): string => {
  const next = new URLSearchParams(search).get('next') ?? '/';
  return /^\/(?![/\\])[^\\\p{C}]*$/u.test(next) ? next : '/';
};

/** Read anew by a whole load: what was kept for the former caller is gone. Replaces the page, so that its link is no longer in the history. */
export const enter = (to: string): void => window.location.replace(to);
