import type { ReactNode } from 'react';
import { Icon } from './icon.tsx';
import { MenuButton } from './menu-button.tsx';

export interface Place {
  readonly word: string;
  readonly to: string;
  /** The one that is shown. */
  readonly here: boolean;
}

/**
 * Where to go, as a button with a menu of links. No `<select>`: that one changes at each arrow key, so somebody without a mouse would be
 * taken to every place on the way.
 */
export const PlaceMenu = ({
  label,
  places,
  onGo,
}: {
  readonly label: string;
  readonly places: readonly Place[];
  onGo?: (() => void) | undefined;
}): ReactNode => {
  const here = places.find((place) => place.here)?.word;
  return (
    <MenuButton
      label={label}
      className="input places"
      title={here}
      entries={places.map((place) => ({ ...place, ...(onGo === undefined ? {} : { act: onGo }) }))}
    >
      <span className="hidden-word">{label}: </span>
      <span className="foreign cut">{here ?? 'Choose one'}</span>
      <Icon name="chevron" />
    </MenuButton>
  );
};
