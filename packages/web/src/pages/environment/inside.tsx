import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { projectPath } from '../../shell/project.ts';
import { Icon } from '../../ui/icon.tsx';

/** The ways from an environment to what else there is of it. `name`: as in the address, `pr-12`. */
export const InsideLinks = ({ project, name }: { readonly project: string; readonly name: string }): ReactNode => (
  <nav className="row wrap" aria-label="Inside this environment">
    <Link className="button small" href={projectPath(project, `mails/${encodeURIComponent(name)}`)}>
      <Icon name="mail" />
      Mails
    </Link>
    <Link className="button small" href={projectPath(project, `shells/${encodeURIComponent(name)}`)}>
      <Icon name="terminal" />
      Shells
    </Link>
  </nav>
);
