import { readFileSync } from 'node:fs';
import type { Settings } from '../config.ts';
import { openGithub } from '../drivers/scm/github/index.ts';
import { Secret } from '../domain/secret.ts';
import type { SourceHost } from '../ports/source-host.ts';

const secretFile = (file: string): Secret => new Secret(readFileSync(file, 'utf8').trim());

/** GitHub by App or token; none of them: nobody is told, and pull requests come through commands and polling only. */
export const openSourceHost = (settings: Settings): SourceHost | null => {
  const { api, appId, appKeyFile, tokenFile } = settings.github;
  if (appId !== undefined && appKeyFile !== undefined)
    return openGithub({ baseUrl: api, auth: { kind: 'app', appId, privateKey: secretFile(appKeyFile) } });
  if (tokenFile !== undefined) return openGithub({ baseUrl: api, auth: { kind: 'token', token: secretFile(tokenFile) } });
  return null;
};
