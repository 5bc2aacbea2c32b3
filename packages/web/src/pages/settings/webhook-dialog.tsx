import { WEBHOOK_KIND_NAMES, WEBHOOK_KINDS, type WebhookKind } from '@slipway/contracts/webhook-kinds';
import type { WebhookView } from '@slipway/contracts/webhook-views';
import { type ReactNode, useState } from 'react';
import { useAct } from '../../api/api.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { TextField } from '../../ui/field.tsx';
import { CheckField, Form } from '../../ui/form.tsx';

/** Adds one, or changes one that is there. */
export const WebhookDialog = ({
  project,
  webhook,
  onClose,
  onSecret,
}: {
  readonly project: string;
  readonly webhook: WebhookView | null;
  onClose(): void;
  onSecret(secret: string): void;
}): ReactNode => {
  const [url, setUrl] = useState(webhook?.url ?? '');
  const [kinds, setKinds] = useState<readonly WebhookKind[]>(
    WEBHOOK_KIND_NAMES.filter((kind) => webhook === null || webhook.kinds.includes(kind)),
  );
  const create = useAct('createWebhook');
  const change = useAct('changeWebhook');
  const act = webhook === null ? create : change;
  const send = (): void => {
    const body = { url, kinds: [...kinds] };
    if (webhook !== null)
      void change.mutateAsync({ parameters: { project, webhook: webhook.id }, body }).then(onClose, () => null);
    else
      void create.mutateAsync({ parameters: { project }, body }).then(
        ({ secret }) => {
          onSecret(secret);
          onClose();
        },
        () => null,
      );
  };
  return (
    <Dialog title={webhook === null ? 'Add a webhook' : 'Change the webhook'} className="wide" open onClose={onClose}>
      <Form
        act={webhook === null ? 'Add' : 'Change'}
        busy={act.isPending}
        problem={act.error}
        ready={kinds.length > 0}
        onSend={send}
        onCancel={onClose}
      >
        <TextField
          label="Address"
          help="https, without user and password. It gets a signed POST."
          type="url"
          required
          autoFocus
          spellCheck={false}
          value={url}
          onChange={(event) => setUrl(event.target.value)}
        />
        <Kinds chosen={kinds} onChoose={setKinds} />
      </Form>
    </Dialog>
  );
};

const Kinds = ({
  chosen,
  onChoose,
}: {
  readonly chosen: readonly WebhookKind[];
  onChoose(kinds: readonly WebhookKind[]): void;
}): ReactNode => {
  const all = chosen.length === WEBHOOK_KIND_NAMES.length;
  return (
    <fieldset>
      <legend>Told of</legend>
      <CheckField label="Everything" checked={all} onCheck={(on) => onChoose(on ? WEBHOOK_KIND_NAMES : [])} />
      <div className="kinds">
        {WEBHOOK_KIND_NAMES.map((kind) => (
          <CheckField
            key={kind}
            label={<code>{kind}</code>}
            help={WEBHOOK_KINDS[kind]}
            checked={chosen.includes(kind)}
            onCheck={(on) => onChoose(on ? [...chosen, kind] : chosen.filter((one) => one !== kind))}
          />
        ))}
      </div>
    </fieldset>
  );
};
