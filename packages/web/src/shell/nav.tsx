import type { ReactNode } from 'react';
import { Link, useLocation } from 'wouter';
import { useRead } from '../api/api.ts';
import { mayDo, useMe } from '../api/me.ts';
import { type NavEntry, PAGES } from '../pages.ts';
import { Icon } from '../ui/icon.tsx';
import { PlaceMenu } from '../ui/place-menu.tsx';
import { projectPath, useProject } from './project.ts';

export interface NavLink extends NavEntry {
  readonly to: string;
}

/** Where this person may go from here. */
export const useNavLinks = (): readonly NavLink[] => {
  const project = useProject();
  const me = useMe();
  return PAGES.flatMap(({ path, nav }) => {
    if (nav === undefined || (nav.group === 'project' && project === null)) return [];
    if (nav.needs !== undefined && !mayDo(me, project ?? '', nav.needs)) return [];
    return [{ ...nav, to: path.replace(/\/:\w+\?$/, '').replace(':project', encodeURIComponent(project ?? '')) }];
  });
};

/** The board is the beginning of every address of its project, but only itself when it is the page. */
const isHere = (location: string, to: string, others: readonly NavLink[]): boolean => {
  const under = (path: string): boolean => location === path || location.startsWith(`${path}/`);
  return under(to) && !others.some((other) => other.to.length > to.length && under(other.to));
};

export const NavList = ({ onFollow }: { onFollow?(): void }): ReactNode => {
  const links = useNavLinks();
  const [location] = useLocation();
  const groups = [
    ['project', 'Project'],
    ['installation', 'Installation'],
  ] as const;
  return groups.map(([group, word]) => {
    const shown = links.filter((link) => link.group === group);
    return (
      shown.length > 0 && (
        <nav key={group} className="nav" aria-label={word}>
          {group === 'installation' && <h2>{word}</h2>}
          <ul>
            {shown.map((link) => (
              <li key={link.to}>
                <Link
                  href={link.to}
                  onClick={onFollow}
                  aria-current={isHere(location, link.to, links) ? 'page' : undefined}
                >
                  <Icon name={link.icon} />
                  {link.word}
                </Link>
              </li>
            ))}
          </ul>
        </nav>
      )
    );
  });
};

/** The five that a thumb reaches: the first four pages of the project, and all the rest. */
export const TabBar = ({ onMore }: { onMore(): void }): ReactNode => {
  const links = useNavLinks();
  const [location] = useLocation();
  return (
    <nav className="tabbar" aria-label="Main">
      {links.slice(0, 4).map((link) => (
        <Link key={link.to} href={link.to} aria-current={isHere(location, link.to, links) ? 'page' : undefined}>
          <Icon name={link.icon} />
          {link.word}
        </Link>
      ))}
      <button type="button" onClick={onMore} aria-haspopup="dialog">
        <Icon name="menu" />
        More
      </button>
    </nav>
  );
};

export const ProjectSwitcher = ({ onGo }: { onGo?(): void }): ReactNode => {
  const { data } = useRead('projects', {});
  const project = useProject();
  if (data === undefined || data.length === 0) return null;
  return (
    <PlaceMenu
      label="Project"
      onGo={onGo}
      places={data.map(({ name }) => ({ word: name, to: projectPath(name), here: name === project }))}
    />
  );
};
