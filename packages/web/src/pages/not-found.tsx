import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { useTitle } from '../shell/announce.ts';
import { Empty } from '../ui/states.tsx';

export const NotFoundPage = (): ReactNode => {
  useTitle('No such page');
  return (
    <Empty title="There is no such page">
      <p>
        The address may be of something that was removed. <Link href="/">Go to the projects</Link>, or search with{' '}
        <kbd>Ctrl K</kbd>.
      </p>
    </Empty>
  );
};
