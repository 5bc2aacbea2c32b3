import type { WebhookView } from '@slipway/contracts/webhook-views';
import { type ReactNode, useState } from 'react';
import { useAct, useRead } from '../../api/api.ts';
import { told } from '../../lib/told.ts';
import { Confirm } from '../../ui/dialog.tsx';
import { MenuButton } from '../../ui/menu-button.tsx';
import { Panel } from '../../ui/page.tsx';
import { ShownOnce } from '../../ui/shown-once.tsx';
import { Empty, Loaded } from '../../ui/states.tsx';
import { Status } from '../../ui/status.tsx';
import { Ago } from '../../ui/time.tsx';
import { say, sayProblem } from '../../ui/toasts.tsx';
import { Deliveries } from './deliveries.tsx';
import { WebhookDialog } from './webhook-dialog.tsx';

interface InProject {
  readonly project: string;
}
type Act = 'change' | 'rotate' | 'remove';

/** Addresses of others that are told what happens here. */
export const Webhooks = ({ project }: InProject): ReactNode => {
  const webhooks = useRead('webhooks', { parameters: { project } });
  const [adding, setAdding] = useState(false);
  const [secret, setSecret] = useState<string | null>(null);
  const [shown, setShown] = useState<string | null>(null);
  return (
    <>
      <Panel
        title="Webhooks"
        acts={
          <button type="button" className="button small" onClick={() => setAdding(true)}>
            Add a webhook
          </button>
        }
      >
        {secret !== null && (
          <div className="inside">
            <ShownOnce title="Secret that signs" value={secret} onDone={() => setSecret(null)}>
              <p>Whoever receives the messages checks their signature with it.</p>
            </ShownOnce>
          </div>
        )}
        <Loaded query={webhooks} rows={2}>
          {(known) =>
            known.length === 0 ? (
              <Empty title="No webhooks">
                <p>An address of yours can be told when a deployment succeeds or a preview fails.</p>
              </Empty>
            ) : (
              <Table project={project} webhooks={known} shown={shown} onShow={setShown} onSecret={setSecret} />
            )
          }
        </Loaded>
      </Panel>
      {shown !== null && webhooks.data?.some(({ id }) => id === shown) === true && (
        <Deliveries project={project} webhook={shown} />
      )}
      {adding && (
        <WebhookDialog project={project} webhook={null} onClose={() => setAdding(false)} onSecret={setSecret} />
      )}
    </>
  );
};

const stateOf = ({ active, reason, failingSince }: WebhookView): ReactNode => {
  if (!active) return <Status tone="off">{reason === null ? 'Off' : 'Switched off'}</Status>;
  return failingSince === null ? <Status tone="good">On</Status> : <Status tone="warn">Failing</Status>;
};

interface TableProps extends InProject {
  readonly webhooks: readonly WebhookView[];
  readonly shown: string | null;
  onShow(webhook: string): void;
  onSecret(secret: string): void;
}

const Table = ({ project, webhooks, shown, onShow, onSecret }: TableProps): ReactNode => (
  <table className="table folds">
    <thead>
      <tr>
        {['Address', 'Told of', 'State', 'Added'].map((word) => (
          <th key={word}>{word}</th>
        ))}
        <th>
          <span className="hidden-word">Acts</span>
        </th>
      </tr>
    </thead>
    <tbody>
      {webhooks.map((webhook) => (
        <tr key={webhook.id}>
          <td data-label="Address" className="foreign">
            {webhook.url}
          </td>
          <td data-label="Told of" className="foreign" title={webhook.kinds.join(', ')}>
            {webhook.kinds.length === 1 ? webhook.kinds[0] : `${webhook.kinds.length} kinds`}
          </td>
          <td data-label="State" className="foreign">
            <span>
              {stateOf(webhook)}
              {webhook.reason !== null && <span className="quiet"> {webhook.reason}</span>}
              {webhook.failingSince !== null && (
                <span className="quiet">
                  {' '}
                  since <Ago at={webhook.failingSince} />
                </span>
              )}
            </span>
          </td>
          <td data-label="Added" className="foreign">
            <span>
              <Ago at={webhook.createdAt} /> by {webhook.createdBy}
            </span>
          </td>
          <td>
            <div className="row">
              <button
                type="button"
                className="button small"
                aria-pressed={shown === webhook.id}
                onClick={() => onShow(webhook.id)}
              >
                Deliveries<span className="hidden-word"> to {webhook.url}</span>
              </button>
              <Acts project={project} webhook={webhook} onShow={onShow} onSecret={onSecret} />
            </div>
          </td>
        </tr>
      ))}
    </tbody>
  </table>
);

const Acts = ({
  project,
  webhook,
  onShow,
  onSecret,
}: Omit<TableProps, 'webhooks' | 'shown'> & { readonly webhook: WebhookView }): ReactNode => {
  const [asked, setAsked] = useState<Act | null>(null);
  const test = useAct('testWebhook');
  const change = useAct('changeWebhook');
  const parameters = { project, webhook: webhook.id };
  const close = (): void => setAsked(null);
  const tryIt = (): void =>
    void test.mutateAsync({ parameters }).then(({ state, code, error }) => {
      say(state === 'delivered' ? `It arrived: ${code ?? ''}.` : `It did not arrive: ${error ?? 'no answer'}.`);
      onShow(webhook.id);
    }, sayProblem);
  const toggle = (): void =>
    void told(
      change.mutateAsync({ parameters, body: { active: !webhook.active } }),
      webhook.active ? 'Nothing is sent there any more.' : 'It is told again.',
    );
  return (
    <>
      <MenuButton
        label={`Acts on ${webhook.url}`}
        entries={[
          { word: 'Send a test', icon: 'out', act: tryIt },
          { word: 'Change', icon: 'settings', act: () => setAsked('change') },
          { word: webhook.active ? 'Switch off' : 'Switch on', icon: webhook.active ? 'sleep' : 'sun', act: toggle },
          { word: 'New secret', icon: 'key', act: () => setAsked('rotate') },
          { word: 'Remove', icon: 'close', danger: true, act: () => setAsked('remove') },
        ]}
      />
      {asked === 'change' && <WebhookDialog project={project} webhook={webhook} onClose={close} onSecret={onSecret} />}
      {asked === 'rotate' && <Rotate parameters={parameters} onClose={close} onSecret={onSecret} />}
      {asked === 'remove' && <Remove parameters={parameters} url={webhook.url} onClose={close} />}
    </>
  );
};

interface OneProps {
  readonly parameters: { readonly project: string; readonly webhook: string };
  onClose(): void;
}

const Rotate = ({ parameters, onClose, onSecret }: OneProps & { onSecret(secret: string): void }): ReactNode => {
  const rotate = useAct('rotateWebhook');
  const send = (): void =>
    void rotate
      .mutateAsync({ parameters })
      .then(({ secret }) => onSecret(secret), sayProblem)
      .then(onClose);
  return (
    <Confirm title="Make a new secret" act="Make it" open busy={rotate.isPending} onClose={onClose} onConfirm={send}>
      <p>For a day the present one signs, too, so that there is time to change it on the other side.</p>
    </Confirm>
  );
};

const Remove = ({ parameters, url, onClose }: OneProps & { readonly url: string }): ReactNode => {
  const remove = useAct('removeWebhook');
  return (
    <Confirm
      title="Remove the webhook"
      act="Remove"
      danger
      open
      busy={remove.isPending}
      onClose={onClose}
      onConfirm={() => void told(remove.mutateAsync({ parameters }), 'The webhook is gone.', onClose)}
    >
      <p>
        <span className="foreign">{url}</span> is told nothing any more, and the list of what it was told goes, too.
      </p>
    </Confirm>
  );
};
