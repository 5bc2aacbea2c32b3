import type { BoardCard } from '@slipway/contracts/board-views';
import { permissionOfStage } from '@slipway/contracts/permissions';
import { type ReactNode, useState } from 'react';
import { useMay } from '../../api/me.ts';
import { webAddress } from '../../lib/safe-href.ts';
import { projectPath } from '../../shell/project.ts';
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

type May = ReturnType<typeof useMay>;
type Entries = readonly (MenuEntry | false)[];

const useEntries = (project: string, card: BoardCard, show: (what: Shown) => void, connect: Connecting): Entries => {
  const may = useMay(project);
  return [
    { word: 'Details', icon: 'board', to: cardPath(project, card) },
    ...waysIn(card, may, show, connect),
    ...placesOf(project, card, may),
    ...usePreviewEntries(project, card, show),
  ];
};

const waysIn = (card: BoardCard, may: May, show: (what: Shown) => void, connect: Connecting): Entries => {
  const url = webAddress(card.url);
  if (card.state !== 'live' && card.state !== 'sleeping') return [];
  const mayEnter = card.stage !== 'production' && may(permissionOfStage(card.stage));
  const mayBeLetIn = mayEnter && card.state === 'live';
  return [
    url !== undefined && { word: 'Open Odoo', icon: 'out', href: url },
    mayBeLetIn && { word: 'Log in as admin', icon: 'key', act: connect.asAdmin },
    mayBeLetIn && { word: 'Log in as somebody else', icon: 'user', act: connect.asSomebody },
    mayEnter && { word: 'Password of its admin', icon: 'key', act: () => show('login') },
  ];
};

/** Under the names that people look for. */
const placesOf = (project: string, { stage, name, run }: BoardCard, may: May): Entries => {
  const mayEnter = may(permissionOfStage(stage));
  const inProject = (rest: string): string => projectPath(project, rest);
  const own = encodeURIComponent(name);
  return [
    run !== null && { word: 'Logs', icon: 'queue', to: runPath(project, run.id) },
    mayEnter && { word: 'Shell', icon: 'terminal', to: inProject(`shells/${own}`) },
    mayEnter && stage !== 'production' && { word: 'Mails', icon: 'mail', to: inProject(`mails/${own}`) },
    stage === 'production' && { word: 'Backups', icon: 'backup', to: inProject('backups') },
    stage === 'staging' &&
      may('promote') && { word: 'Promote to production', icon: 'promote', to: inProject('promotions/new') },
  ];
};

const usePreviewEntries = (project: string, card: BoardCard, show: (what: Shown) => void): Entries => {
  const may = useMay(project);
  const acts = usePreviewActs(project, card.number ?? 0);
  if (card.stage !== 'preview' || !may('preview')) return [];
  return [
    card.state === 'blocked' && may('approve') && { word: 'Let it build', icon: 'check', act: acts.approve },
    { word: 'Rebuild', icon: 'refresh', act: () => show('rebuild') },
    card.state === 'sleeping' && { word: 'Wake', icon: 'sun', act: acts.wake },
    card.state === 'live' && { word: 'Put to sleep', icon: 'sleep', act: acts.sleep },
    { word: 'Close', icon: 'close', danger: true, act: () => show('close') },
  ];
};
