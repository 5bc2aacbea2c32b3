import type { BoardCard } from '@slipway/contracts/board-views';
import { permissionOfStage } from '@slipway/contracts/permissions';
import { type ReactNode, useState } from 'react';
import { useParams } from 'wouter';
import { useAct, useRead } from '../../api/api.ts';
import { useMay } from '../../api/me.ts';
import { useTitle } from '../../shell/announce.ts';
import { projectPath } from '../../shell/project.ts';
import { Confirm } from '../../ui/dialog.tsx';
import { cardsOf, cardWords, EnvironmentMenu } from '../../ui/environment-menu.tsx';
import { PageHeader } from '../../ui/page.tsx';
import { Empty, Loaded } from '../../ui/states.tsx';
import { say, sayProblem } from '../../ui/toasts.tsx';
import { MailList } from './mail-list.tsx';
import './mails.css';
import { mailsPath } from './paths.ts';

/** Mails that the catcher kept. Production has none: what it sends goes out. */
export const MailsPage = (): ReactNode => {
  useTitle('Mails');
  const { project = '', name } = useParams<{ project: string; name?: string }>();
  const may = useMay(project);
  const board = useRead('board', { parameters: { project } });
  return (
    <Loaded query={board}>
      {(view) => {
        const cards = cardsOf(view).filter(({ stage }) => stage !== 'production' && may(permissionOfStage(stage)));
        const shown = cards.find((card) => card.name === name) ?? (name === undefined ? cards[0] : undefined);
        if (shown === undefined) return <NoMails known={cards.length > 0} />;
        return <EnvironmentMails project={project} cards={cards} shown={shown} />;
      }}
    </Loaded>
  );
};

const NoMails = ({ known }: { readonly known: boolean }): ReactNode => (
  <>
    <PageHeader title="Mails" />
    <Empty title={known ? 'There is no such environment' : 'No environment whose mails you may read'}>
      <p>Staging and previews send no mail to anybody: each is caught, and shown here.</p>
    </Empty>
  </>
);

interface Shown {
  readonly project: string;
  readonly cards: readonly BoardCard[];
  readonly shown: BoardCard;
}

const EnvironmentMails = ({ project, cards, shown }: Shown): ReactNode => {
  const [clearing, setClearing] = useState(false);
  return (
    <>
      <PageHeader
        title="Mails"
        crumbs={[{ word: project, to: projectPath(project) }]}
        acts={
          <>
            <EnvironmentMenu cards={cards} chosen={shown.name} pathOf={(other) => mailsPath(project, other)} />
            <button type="button" className="button danger" onClick={() => setClearing(true)}>
              Delete all
            </button>
          </>
        }
      />
      <MailList key={shown.name} project={project} name={shown.name} environment={shown.environment} />
      <ClearDialog card={shown} open={clearing} onClose={() => setClearing(false)} />
    </>
  );
};

const ClearDialog = ({
  card,
  open,
  onClose,
}: {
  readonly card: BoardCard;
  readonly open: boolean;
  onClose(): void;
}): ReactNode => {
  const remove = useAct('deleteMails');
  const confirm = (): void =>
    remove.mutate(
      { parameters: { environment: card.environment } },
      {
        onSuccess: ({ deleted }) => say(deleted === 1 ? 'One mail is deleted.' : `${deleted} mails are deleted.`),
        onError: sayProblem,
        onSettled: onClose,
      },
    );
  return (
    <Confirm
      title="Delete all mails"
      open={open}
      danger
      onClose={onClose}
      act="Delete all"
      busy={remove.isPending}
      onConfirm={confirm}
    >
      <p>
        Every mail that was caught from <span className="foreign">{cardWords(card)}</span> is deleted, for everybody.
      </p>
    </Confirm>
  );
};
