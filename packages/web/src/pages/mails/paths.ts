import { projectPath } from '../../shell/project.ts';

/** Mails of an environment, which is named as in its own address: `staging`, `pr-12`. */
export const mailsPath = (project: string, name = ''): string =>
  projectPath(project, name === '' ? 'mails' : `mails/${encodeURIComponent(name)}`);

export const mailPath = (project: string, name: string, mail: string): string =>
  `${mailsPath(project, name)}/${encodeURIComponent(mail)}`;

/** What can go wrong with an address is shown, not followed: an environment is `project/name`. */
export const environmentOf = (project: string, name: string): string => `${project}/${name}`;
