import type { ModuleAction } from '@slipway/contracts/views';

interface Change {
  readonly action: ModuleAction;
  readonly update: readonly string[];
  readonly install: readonly string[];
}

/** What kind of deployment a release asks for, in words for whoever lets it go. Pure. */
export const releaseWords = ({ action, update, install }: Change, first: boolean): string => {
  if (first) return 'The first deployment: production begins with this release.';
  if (action === 'nothing' || action === 'restart')
    return 'Code only: the new version is started beside the present one on the same database, proved, and takes over; the way back takes seconds.';
  return `With a migration: it ${touches({ update, install })}. Writes wait while a copy of the database is brought to the release and proved; people go on reading, and the former database stays as the way back.`;
};

/** The same of one that has no copy to work on. */
export const inPlaceWords = (change: Pick<Change, 'update' | 'install'>): string =>
  `With a migration, in place: it ${touches(change)}. People only read while a last backup is made, then see a page that says when production is back; that backup is the way back.`;

const touches = ({ update, install }: Pick<Change, 'update' | 'install'>): string =>
  [
    ...(update.length > 0 ? [`updates ${update.join(', ')}`] : []),
    ...(install.length > 0 ? [`installs ${install.join(', ')}`] : []),
  ].join(' and ');
