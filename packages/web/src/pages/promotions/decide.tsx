import type { PromotionView } from '@slipway/contracts/promotion-views';
import { type ReactNode, useState } from 'react';
import { useAct } from '../../api/api.ts';
import { useMay, useMe } from '../../api/me.ts';
import { told } from '../../lib/told.ts';
import { Confirm, Dialog } from '../../ui/dialog.tsx';
import { TextArea } from '../../ui/field.tsx';
import { Form } from '../../ui/form.tsx';
import { Panel } from '../../ui/page.tsx';
import { holding, noApprovalBy } from './words.ts';

type Shown = 'approve' | 'refuse' | 'go' | null;

interface DecideProps {
  readonly project: string;
  readonly view: PromotionView;
}

/** What this person can do for it; what they cannot is there with the reason, so that they know whom to ask. */
export const Decide = ({ project, view }: DecideProps): ReactNode => {
  const [shown, setShown] = useState<Shown>(null);
  const may = useMay(project);
  const me = useMe();
  const noApproval = may('approve') ? noApprovalBy(me?.user?.email ?? null, view) : 'Admins of the project approve.';
  const noGo = whyNoGo(view, may('promote'));
  const close = (): void => setShown(null);
  return (
    <Panel title="Your turn">
      <div className="inside stack">
        <div className="row wrap">
          <Choice word="Approve" reason={noApproval} primary={!view.ready} onChoose={() => setShown('approve')} />
          {may('approve') && <Choice word="Refuse" reason={null} danger onChoose={() => setShown('refuse')} />}
          <Choice word="Go" reason={noGo} primary onChoose={() => setShown('go')} />
        </div>
        {[noApproval === null ? null : `Approve: ${noApproval}`, noGo === null ? null : `Go: ${noGo}`].map(
          (why) =>
            why !== null && (
              <p key={why} className="quiet">
                {why}
              </p>
            ),
        )}
      </div>
      {shown === 'approve' && <Say project={project} view={view} yes onClose={close} />}
      {shown === 'refuse' && <Say project={project} view={view} yes={false} onClose={close} />}
      {shown === 'go' && <Go project={project} view={view} onClose={close} />}
    </Panel>
  );
};

const whyNoGo = (view: PromotionView, may: boolean): string | null => {
  if (!may) return 'Testers and admins of the project let it go.';
  const held = holding(view).length;
  return view.ready ? null : held === 1 ? 'One gate holds it up.' : `${held} gates hold it up.`;
};

const Choice = ({
  word,
  reason,
  primary = false,
  danger = false,
  onChoose,
}: {
  readonly word: string;
  readonly reason: string | null;
  readonly primary?: boolean;
  readonly danger?: boolean;
  onChoose(): void;
}): ReactNode => (
  <button
    type="button"
    className={`button ${primary ? 'primary' : ''} ${danger ? 'danger' : ''}`}
    disabled={reason !== null}
    title={reason ?? undefined}
    onClick={onChoose}
  >
    {word}
  </button>
);

interface SayProps extends DecideProps {
  readonly yes: boolean;
  onClose(): void;
}

/** With the commit that was looked at: if the promotion is of another one by now, the server refuses. */
const Say = ({ project, view, yes, onClose }: SayProps): ReactNode => {
  const [reason, setReason] = useState('');
  const approve = useAct('approvePromotion');
  const refuse = useAct('refusePromotion');
  const act = yes ? approve : refuse;
  const parameters = { project, promotion: view.id ?? '' };
  const send = (): void => {
    const body = { sha: view.release.sha };
    const sent = yes
      ? approve.mutateAsync({ parameters, body: { ...body, reason: reason.trim() === '' ? null : reason } })
      : refuse.mutateAsync({ parameters, body: { ...body, reason } });
    void sent.then(onClose, () => null);
  };
  return (
    <Dialog title={yes ? 'Approve this release' : 'Refuse this release'} open onClose={onClose}>
      <Form
        act={yes ? 'Approve' : 'Refuse'}
        danger={!yes}
        busy={act.isPending}
        problem={act.error}
        ready={yes || reason.trim().length >= 5}
        onSend={send}
        onCancel={onClose}
      >
        <p>
          {yes ? 'You say yes to' : 'You say no to'} commit <code>{view.release.sha.slice(0, 12)}</code> in the image
          that staging ran, with {view.commits.length} commits.{!yes && ' That ends this promotion.'}
        </p>
        <TextArea
          label={yes ? 'What is to be remembered with it (may be empty)' : 'Why'}
          autoFocus
          required={!yes}
          minLength={5}
          maxLength={1000}
          value={reason}
          onChange={(event) => setReason(event.target.value)}
        />
      </Form>
    </Dialog>
  );
};

const Go = ({ project, view, onClose }: DecideProps & { onClose(): void }): ReactNode => {
  const go = useAct('goPromotion');
  const send = (): void =>
    void told(go.mutateAsync({ parameters: { project, promotion: view.id ?? '' } }), 'It is on its way.', onClose);
  return (
    <Confirm
      title="Let it go to production"
      act="Go"
      typed="production"
      open
      busy={go.isPending}
      onClose={onClose}
      onConfirm={send}
    >
      <p>Everything is looked at once more, a backup is taken, and the deployment begins.</p>
      {view.deployment !== null && <p className="quiet foreign">{view.deployment.why}</p>}
    </Confirm>
  );
};
