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
}): ReactNode => (
  <MenuButton
    label={label}
    className="input places"
    entries={places.map(({ word, to, here }) => ({ word, to, here, ...(onGo === undefined ? {} : { act: onGo }) }))}
  >
    <span className="hidden-word">{label}: </span>
    <span className="foreign cut">{places.find(({ here }) => here)?.word ?? 'Choose one'}</span>
    <Icon name="chevron" />
  </MenuButton>
);
