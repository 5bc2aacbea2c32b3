import type { BoardCard } from '@slipway/contracts/board-views';
import { type ReactNode, useState } from 'react';
import { useMay } from '../../api/me.ts';
import { webAddress } from '../../lib/safe-href.ts';
import { MenuButton, type MenuEntry } from '../../ui/menu-button.tsx';
import { CloseDialog, LoginDialog, RebuildDialog } from '../preview/acts.tsx';
import { usePreviewActs } from '../preview/use-preview-acts.ts';
import { type Connecting, useConnect } from '../shells/use-connect.tsx';
import { cardPath, runPath } from './paths.ts';
import { cardTitle } from './words.ts';

type Shown = 'login' | 'rebuild' | 'close' | null;

/** What may be done with one card. Dialogs come into being when they are asked for: 200 cards have none. */
export const CardMenu = ({ project, card }: { readonly project: string; readonly card: BoardCard }): ReactNode => {
  const [shown, setShown] = useState<Shown>(null);
  const connect = useConnect(card.environment);
  const entries = useEntries(project, card, setShown, connect);
  const close = (): void => setShown(null);
  const about = { project, number: card.number ?? 0, name: cardTitle(card), onClose: close };
  return (
    <>
      <MenuButton label={`Acts on ${cardTitle(card)}`} entries={entries} />
      {connect.dialog}
      {shown === 'login' && <LoginDialog environment={card.environment} onClose={close} />}
      {shown === 'rebuild' && <RebuildDialog {...about} />}
      {shown === 'close' && <CloseDialog {...about} />}
    </>
  );
};

const useEntries = (
  project: string,
  card: BoardCard,
  show: (what: Shown) => void,
  connect: Connecting,
): readonly (MenuEntry | false)[] => {
  const may = useMay(project);
  const acts = usePreviewActs(project, card.number ?? 0);
  const url = webAddress(card.url);
  const preview = card.stage === 'preview';
  const serves = card.state === 'live' || card.state === 'sleeping';
  const mayEnter = serves && card.stage !== 'production' && may(preview ? 'preview' : 'staging');
  const mayAct = preview && may('preview');
  return [
    { word: 'Details', icon: 'board', to: cardPath(project, card) },
    serves && url !== undefined && { word: 'Open Odoo', icon: 'out', href: url },
    mayEnter && card.state === 'live' && { word: 'Log in as admin', icon: 'key', act: connect.asAdmin },
    mayEnter && card.state === 'live' && { word: 'Log in as somebody else', icon: 'user', act: connect.asSomebody },
    mayEnter && { word: 'Password of its admin', icon: 'key', act: () => show('login') },
    card.run !== null && { word: 'Log of the last run', icon: 'terminal', to: runPath(project, card.run.id) },
    card.stage === 'staging' &&
      may('promote') && {
        word: 'Promote to production',
        icon: 'promote',
        to: `/projects/${encodeURIComponent(project)}/promotions/new`,
      },
    mayAct && card.state === 'blocked' && may('approve') && { word: 'Let it build', icon: 'check', act: acts.approve },
    mayAct && { word: 'Rebuild', icon: 'refresh', act: () => show('rebuild') },
    mayAct && card.state === 'sleeping' && { word: 'Wake', icon: 'sun', act: acts.wake },
    mayAct && card.state === 'live' && { word: 'Put to sleep', icon: 'sleep', act: acts.sleep },
    mayAct && { word: 'Close', icon: 'close', danger: true, act: () => show('close') },
  ];
};
