import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Settings } from '../config.ts';
import type { Secret } from '../domain/secret.ts';
import { postReceiveHook } from '../intake/git/post-receive-hook.ts';
import type { SecretStore } from '../ports/secret-store.ts';
import { listProjects } from '../store/projects.ts';
import type { Queryable } from '../store/queryable.ts';

export interface PushHooks {
  tokens(): Readonly<Record<string, readonly Secret[]>>;
  refresh(): Promise<void>;
}

/** For projects on a plain git remote: a token each, and a ready post-receive hook in `<data>/hooks/<project>/`. */
export const openPushHooks = (settings: Settings, db: Queryable, secrets: SecretStore): PushHooks => {
  let tokens: Record<string, readonly Secret[]> = {};
  return {
    tokens: () => tokens,
    refresh: async () => {
      const found: Record<string, readonly Secret[]> = {};
      for (const project of await listProjects(db)) {
        if (project.repository !== null) continue;
        const token = await secrets.ensure(`${project.name}/git`, 'push-token');
        found[project.name] = [token];
        const folder = join(settings.data, 'hooks', project.name);
        await mkdir(folder, { recursive: true, mode: 0o700 });
        const url = `http://${settings.api.host}:${settings.api.port}`;
        await writeFile(join(folder, 'post-receive'), postReceiveHook({ url, token: token.reveal() }), { mode: 0o700 });
      }
      tokens = found;
    },
  };
};
