import { type ReactNode, useState } from 'react';
import { useAct, useRead } from '../../api/api.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { SelectField, TextArea, TextField } from '../../ui/field.tsx';
import { Form } from '../../ui/form.tsx';
import { Panel } from '../../ui/page.tsx';
import { Empty, Loaded } from '../../ui/states.tsx';
import { Ago } from '../../ui/time.tsx';
import { say } from '../../ui/toasts.tsx';

const STAGES = ['development', 'preview', 'staging', 'production'];

interface Chosen {
  readonly name: string;
  readonly stage: string;
}

/** They go in and never come out: what is shown are names. */
export const Secrets = ({ project }: { readonly project: string }): ReactNode => {
  const secrets = useRead('secrets', { parameters: { project } });
  const [setting, setSetting] = useState<Chosen | null>(null);
  return (
    <Panel
      title="Secrets"
      acts={
        <button type="button" className="button small" onClick={() => setSetting({ name: '', stage: 'staging' })}>
          Set a secret
        </button>
      }
    >
      <Loaded query={secrets} rows={3}>
        {(known) =>
          known.length === 0 ? (
            <Empty title="No secrets">
              <p>Passwords and keys that Odoo gets as variables, for one stage each.</p>
            </Empty>
          ) : (
            <table className="table folds">
              <thead>
                <tr>
                  {['Name', 'Stage', 'Version', 'Set'].map((word) => (
                    <th key={word}>{word}</th>
                  ))}
                  <th>
                    <span className="hidden-word">Acts</span>
                  </th>
                </tr>
              </thead>
              <tbody>
                {known.map(({ name, stage, version, updatedAt, updatedBy }) => (
                  <tr key={`${stage} ${name}`}>
                    <td data-label="Name" className="mono foreign">
                      {name}
                    </td>
                    <td data-label="Stage">{stage}</td>
                    <td data-label="Version">{version}</td>
                    <td data-label="Set" className="foreign">
                      <span>
                        <Ago at={updatedAt} /> by {updatedBy}
                      </span>
                    </td>
                    <td>
                      <button type="button" className="button small" onClick={() => setSetting({ name, stage })}>
                        Replace<span className="hidden-word"> {name}</span>
                      </button>
                    </td>
                  </tr>
                ))}
              </tbody>
            </table>
          )
        }
      </Loaded>
      {setting !== null && <SetSecret project={project} chosen={setting} onClose={() => setSetting(null)} />}
    </Panel>
  );
};

const SetSecret = ({
  project,
  chosen,
  onClose,
}: {
  readonly project: string;
  readonly chosen: Chosen;
  onClose(): void;
}): ReactNode => {
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
