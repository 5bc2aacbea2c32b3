import { type ReactNode, useState } from 'react';
import { useAct } from '../../api/api.ts';
import { told } from '../../lib/told.ts';
import { Confirm, Dialog } from '../../ui/dialog.tsx';
import { SelectField, TextArea, TextField } from '../../ui/field.tsx';
import { Form } from '../../ui/form.tsx';
import { say } from '../../ui/toasts.tsx';

const STAGES = ['development', 'preview', 'staging', 'production'];

export interface ChosenSecret {
  /** Empty: it is still to be named. */
  readonly name: string;
  readonly stage: string;
}

interface SecretDialog {
  readonly project: string;
  readonly chosen: ChosenSecret;
  onClose(): void;
}

export const SetSecret = ({ project, chosen, onClose }: SecretDialog): ReactNode => {
  const [name, setName] = useState(chosen.name);
  const [stage, setStage] = useState(chosen.stage);
  const [value, setValue] = useState('');
  const set = useAct('setSecret');
  const known = chosen.name !== '';
  const send = (): void =>
    void set.mutateAsync({ parameters: { project, stage, name }, body: { value } }).then(
      () => {
        say(`${name} is set. It holds from the next deployment of ${stage} on.`);
        onClose();
      },
      () => null,
    );
  return (
    <Dialog title={known ? `Replace ${name}` : 'Set a secret'} open onClose={onClose}>
      <Form act="Set" busy={set.isPending} problem={set.error} onSend={send} onCancel={onClose}>
        {!known && (
          <TextField
            label="Name"
            help="As the variable is called: SMTP_PASSWORD."
            required
            autoFocus
            spellCheck={false}
            autoComplete="off"
            value={name}
            onChange={(event) => setName(event.target.value)}
          />
        )}
        <SelectField label="Stage" disabled={known} value={stage} onChange={(event) => setStage(event.target.value)}>
          {STAGES.map((one) => (
            <option key={one}>{one}</option>
          ))}
        </SelectField>
        <TextArea
          label="Value"
          help="It is encrypted, and shown to nobody again."
          required
          autoFocus={known}
          spellCheck={false}
          autoComplete="off"
          value={value}
          onChange={(event) => setValue(event.target.value)}
        />
      </Form>
    </Dialog>
  );
};

export const RemoveSecret = ({ project, chosen: { name, stage }, onClose }: SecretDialog): ReactNode => {
  const remove = useAct('removeSecret');
  const confirm = (): void =>
    void told(remove.mutateAsync({ parameters: { project, stage, name } }), `${name} of ${stage} is removed.`, onClose);
  return (
    <Confirm
      title="Remove a secret"
      act="Remove"
      danger
      open
      busy={remove.isPending}
      onClose={onClose}
      onConfirm={confirm}
    >
      <p>
        Nobody can get the value of <code className="foreign">{name}</code> back. What runs keeps it; if slipway.yaml
        names it for {stage}, the next deployment there fails.
      </p>
    </Confirm>
  );
};
