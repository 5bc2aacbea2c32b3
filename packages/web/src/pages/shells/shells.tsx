import type { BoardCard } from '@slipway/contracts/board-views';
import { permissionOfStage } from '@slipway/contracts/permissions';
import type { ShellKind } from '@slipway/contracts/shell-views';
import { type ReactNode, useState } from 'react';
import { useParams } from 'wouter';
import { useRead } from '../../api/api.ts';
import { useMay } from '../../api/me.ts';
import { useTitle } from '../../shell/announce.ts';
import { projectPath } from '../../shell/project.ts';
import { cardsOf, cardWords, EnvironmentMenu } from '../../ui/environment-menu.tsx';
import { Icon } from '../../ui/icon.tsx';
import { PageHeader } from '../../ui/page.tsx';
import { Empty, Loaded } from '../../ui/states.tsx';
import { StateStatus } from '../../ui/status.tsx';
import { ConnectDialog } from './connect-dialog.tsx';
import { Glass } from './glass.tsx';
import { ShellList } from './shell-list.tsx';
import { KIND_WORDS, ShellTab } from './shell-tab.tsx';
import './shells.css';

/** The contracts' own list would bring its schemas into the browser. */
const SHELL_KINDS: readonly ShellKind[] = ['shell', 'odoo', 'psql'];

const shellsPath = (project: string, name: string): string =>
  projectPath(project, `shells/${encodeURIComponent(name)}`);

/** Into an environment: shells, SQL, and a login without a password. */
export const ShellsPage = (): ReactNode => {
  useTitle('Shells');
  const { project = '', name } = useParams<{ project: string; name?: string }>();
  const may = useMay(project);
  const board = useRead('board', { parameters: { project } });
  return (
    <Loaded query={board}>
      {(view) => {
        const cards = cardsOf(view).filter(({ stage }) => may(permissionOfStage(stage)));
        // Nobody comes to production by chance: it is chosen.
        const shown =
          cards.find((card) => card.name === name) ??
          (name === undefined ? cards.find(({ stage }) => stage !== 'production') : undefined);
        return (
          <>
            <PageHeader
              title="Shells"
              crumbs={[{ word: project, to: projectPath(project) }]}
              acts={
                <>
                  {cards.length > 0 && (
                    <EnvironmentMenu
                      cards={cards}
                      chosen={shown?.name ?? ''}
                      pathOf={(other) => shellsPath(project, other)}
                    />
                  )}
                  {shown !== undefined && <ConnectAs key={shown.environment} environment={shown.environment} />}
                </>
              }
            >
              {shown !== undefined && <StateStatus state={shown.state} />}
            </PageHeader>
            {shown === undefined ? (
              <Nowhere some={cards.length > 0} />
            ) : (
              <EnvironmentShells key={shown.environment} project={project} card={shown} />
            )}
          </>
        );
      }}
    </Loaded>
  );
};

const ConnectAs = ({ environment }: { readonly environment: string }): ReactNode => {
  const [connecting, setConnecting] = useState(false);
  return (
    <>
      <button type="button" className="button" onClick={() => setConnecting(true)}>
        <Icon name="user" /> Log in to Odoo as
      </button>
      {connecting && <ConnectDialog environment={environment} onClose={() => setConnecting(false)} />}
    </>
  );
};

const Nowhere = ({ some }: { readonly some: boolean }): ReactNode => (
  <Empty title={some ? 'Choose an environment' : 'No environment that you may go into'}>
    <p>Developers go into previews, testers into staging, too; production needs an administrator and break-glass.</p>
  </Empty>
);

const EnvironmentShells = ({ project, card }: { readonly project: string; readonly card: BoardCard }): ReactNode => {
  const [kind, setKind] = useState<ShellKind>('shell');
  const production = card.stage === 'production';
  return (
    <div className="stack">
      {production && <Glass project={project} />}
      <section className={`stage-frame ${card.stage}`} aria-label={`In ${cardWords(card)}`}>
        <header>
          <strong className="foreign">{production ? 'PRODUCTION' : cardWords(card)}</strong>
          <Kinds kind={kind} onChoose={setKind} />
        </header>
        {SHELL_KINDS.map((one) => (
          <ShellTab key={one} environment={card.environment} kind={one} hidden={one !== kind} />
        ))}
      </section>
      <ShellList project={project} environment={card.environment} stage={card.stage} />
    </div>
  );
};

/** Buttons and no tabs: each keeps its terminal, whichever is shown. */
const Kinds = ({ kind, onChoose }: { readonly kind: ShellKind; onChoose(kind: ShellKind): void }): ReactNode => (
  <fieldset className="shell-kinds">
    <legend className="hidden-word">What to open</legend>
    {SHELL_KINDS.map((one) => (
      <button
        key={one}
        type="button"
        className="button small"
        aria-pressed={one === kind}
        onClick={() => onChoose(one)}
      >
        {KIND_WORDS[one][0]}
      </button>
    ))}
  </fieldset>
);
