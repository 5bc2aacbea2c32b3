import { readFileSync } from 'node:fs';
import { Failure } from '@slipway/contracts/failure';
import type { Settings } from '../config.ts';
import { systemClock } from '../domain/clock.ts';
import { Secret } from '../domain/secret.ts';
import { type GithubHost, openGithubHost } from '../drivers/scm/github/github-host.ts';

const secretFile = (file: string): Secret => {
  try {
    return new Secret(readFileSync(file, 'utf8').trim());
  } catch (error) {
    throw new Failure(
      'usage',
      { reason: `${file} cannot be read: ${error instanceof Error ? error.message : error}` },
      error,
    );
  }
};

/** GitHub by App or token; none of them: nobody is told, and pull requests come through commands and polling only. */
export const openSourceHost = (settings: Settings): GithubHost | null => {
  const { api, appId, appKeyFile, tokenFile } = settings.github;
  if (appId !== undefined && appKeyFile !== undefined) {
    const credentials = { kind: 'app', appId: Number(appId), privateKey: secretFile(appKeyFile) } as const;
    return openGithubHost({ baseUrl: api, credentials }, systemClock);
  }
  if (tokenFile === undefined) return null;
  return openGithubHost({ baseUrl: api, credentials: { kind: 'token', token: secretFile(tokenFile) } }, systemClock);
};
