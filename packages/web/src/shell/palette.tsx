import type { BoardView } from '@slipway/contracts/board-views';
import { useQueryClient } from '@tanstack/react-query';
import { type KeyboardEvent, type ReactNode, useEffect, useId, useRef, useState } from 'react';
import { useLocation } from 'wouter';
import { keyOf, useRead } from '../api/api.ts';
import { Icon, type IconName } from '../ui/icon.tsx';
import { useNavLinks } from './nav.tsx';
import { projectPath, useProject } from './project.ts';
import { nextTheme } from './theme.ts';

interface Command {
  readonly key: string;
  readonly word: string;
  readonly says: string;
  readonly icon: IconName;
  act(): void;
}

const MOST = 50;

/** Each word that was typed has to occur somewhere. */
const matches = ({ word, says }: Command, typed: string): boolean => {
  const text = `${word} ${says}`.toLowerCase();
  return typed
    .toLowerCase()
    .split(/\s+/)
    .every((part) => text.includes(part));
};

const useCommands = (): readonly Command[] => {
  const links = useNavLinks();
  const project = useProject();
  const projects = useRead('projects', {}).data ?? [];
  const [, go] = useLocation();
  // What the board has already: the palette asks for nothing of its own.
  const board = useQueryClient().getQueryData<BoardView>(keyOf('board', { parameters: { project: project ?? '' } }));
  return [
    ...links.map(({ to, word, icon, also = 'page' }) => ({ key: to, word, says: also, icon, act: () => go(to) })),
    ...(board?.previews ?? []).map((card) => ({
      key: card.environment,
      word: card.branch ?? card.name,
      says: `#${card.number ?? ''} ${card.title ?? ''}`,
      icon: 'branch' as const,
      act: () => go(projectPath(board?.project ?? '', `previews/${card.number}`)),
    })),
    ...projects.map(({ name }) => ({
      key: `project ${name}`,
      word: name,
      says: 'project',
      icon: 'board' as const,
      act: () => go(projectPath(name)),
    })),
    { key: 'theme', word: 'Change theme', says: 'light, dark, as the system', icon: 'moon', act: nextTheme },
  ];
};

const Found = ({
  found,
  chosen,
  id,
  onChoose,
}: {
  readonly found: readonly Command[];
  readonly chosen: number;
  readonly id: string;
  onChoose(command: Command): void;
}): ReactNode => {
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    list.current?.children[chosen]?.scrollIntoView({ block: 'nearest' });
  }, [chosen]);
  return (
    <div ref={list} id={id} role="listbox" aria-label="Results" tabIndex={-1}>
      {found.map((command, index) => (
        // biome-ignore lint/a11y/useKeyWithClickEvents: the field above has the keys, as a combobox does.
        // biome-ignore lint/a11y/useFocusableInteractive: the focus stays in the field.
        <div
          key={command.key}
          id={`${id}-${index}`}
          role="option"
          aria-selected={index === chosen}
          onClick={() => onChoose(command)}
        >
          <Icon name={command.icon} />
          <span className="foreign cut">{command.word}</span>
          <span className="quiet cut push foreign">{command.says}</span>
        </div>
      ))}
    </div>
  );
};

const Search = ({ onClose }: { onClose(): void }): ReactNode => {
  const [typed, setTyped] = useState('');
  const [chosen, setChosen] = useState(0);
  const id = useId();
  const found = useCommands()
    .filter((command) => matches(command, typed))
    .slice(0, MOST);
  const choose = (command: Command | undefined): void => {
    if (command === undefined) return;
    onClose();
    command.act();
  };
  const onKey = (event: KeyboardEvent): void => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (step !== undefined && found.length > 0) setChosen((chosen + step + found.length) % found.length);
    if (event.key === 'Enter') choose(found[chosen]);
    if (step !== undefined || event.key === 'Enter') event.preventDefault();
  };
  return (
    <>
      <input
        className="input"
        role="combobox"
        aria-label="Search pages, branches and acts"
        aria-expanded="true"
        aria-controls={id}
        aria-autocomplete="list"
        aria-activedescendant={found.length > 0 ? `${id}-${chosen}` : undefined}
        placeholder="Search pages, branches and acts"
        autoComplete="off"
        spellCheck={false}
        value={typed}
        onKeyDown={onKey}
        onChange={(event) => {
          setTyped(event.target.value);
          setChosen(0);
        }}
      />
      <Found found={found} chosen={chosen} id={id} onChoose={choose} />
      <p className="hidden-word" role="status">
        {found.length} results
      </p>
      {found.length === 0 && <p className="empty">Nothing has that in its name.</p>}
    </>
  );
};

export const Palette = ({ open, onClose }: { readonly open: boolean; onClose(): void }): ReactNode => {
  const dialog = useRef<HTMLDialogElement>(null);
  useEffect(() => {
    if (open && dialog.current?.open === false) dialog.current.showModal();
    if (!open) dialog.current?.close();
  }, [open]);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: Escape closes it; this is the click beside it.
    <dialog
      ref={dialog}
      className="palette"
      aria-label="Search"
      onClose={onClose}
      onClick={(event) => event.target === dialog.current && onClose()}
    >
      {open && <Search onClose={onClose} />}
    </dialog>
  );
};
