import type { GlassView } from '@slipway/contracts/shell-views';
import { type FormEvent, type ReactNode, useId, useState } from 'react';
import { useAct, useRead } from '../../api/api.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { SelectField, TextArea } from '../../ui/field.tsx';
import { Icon } from '../../ui/icon.tsx';
import { Loaded } from '../../ui/states.tsx';
import { Ago } from '../../ui/time.tsx';
import { say, sayProblem } from '../../ui/toasts.tsx';

const LEAST_REASON = 15;
const MINUTES = [5, 15, 30, 60] as const;

/** Whether production is open to shells, for whom and why; and how to open it. */
export const Glass = ({ project }: { readonly project: string }): ReactNode => {
  const [asking, setAsking] = useState(false);
  const query = useRead('glasses', { parameters: { project }, query: { open: 'true' } });
  return (
    <Loaded query={query} rows={1}>
      {(glasses) => (
        <>
          {glasses.map((glass) => (
            <OpenGlass key={glass.id} project={project} glass={glass} />
          ))}
          <div className="note warn">
            <Icon name="warning" />
            <p>
              Shells and logins of production are for emergencies: break-glass opens them to you, for a time and for a
              reason. Everybody is told, and everything is recorded.
            </p>
            <button type="button" className="button danger push" onClick={() => setAsking(true)}>
              Break the glass
            </button>
          </div>
          {asking && <GlassDialog project={project} onClose={() => setAsking(false)} />}
        </>
      )}
    </Loaded>
  );
};

const OpenGlass = ({ project, glass }: { readonly project: string; readonly glass: GlassView }): ReactNode => {
  const close = useAct('closeGlass');
  const end = (): void =>
    close.mutate(
      { parameters: { project, glass: glass.id } },
      { onSuccess: () => say('Production is closed again.'), onError: sayProblem },
    );
  return (
    <div className="note bad">
      <Icon name="key" />
      <p>
        <strong>
          Open for <span className="foreign">{glass.openedBy}</span>
        </strong>
        , {glass.write ? 'also to change things' : 'to read'}; ends <Ago at={glass.until} />.
        <span className="foreign glass-reason">{glass.reason}</span>
      </p>
      <button type="button" className="button small push" disabled={close.isPending} onClick={end}>
        Close it now
      </button>
    </div>
  );
};

const GlassDialog = ({ project, onClose }: { readonly project: string; onClose(): void }): ReactNode => {
  const [reason, setReason] = useState('');
  const [minutes, setMinutes] = useState(30);
  const [write, setWrite] = useState(false);
  const [tried, setTried] = useState(false);
  const open = useAct('openGlass');
  const box = useId();
  const short = reason.trim().length < LEAST_REASON;
  const ask = (event: FormEvent): void => {
    event.preventDefault();
    setTried(true);
    if (short) return;
    open.mutate(
      { parameters: { project }, body: { reason, minutes, write } },
      { onSuccess: () => say('Production is open to you.'), onError: sayProblem, onSettled: onClose },
    );
  };
  return (
    <Dialog title="Break the glass of production" open onClose={onClose}>
      <form className="stack" onSubmit={ask}>
        <TextArea
          label="Why"
          help="A sentence. The channels of the project get it at once, and the audit log keeps it."
          wrong={tried && short ? `Say in a sentence why: at least ${LEAST_REASON} characters.` : null}
          maxLength={1000}
          value={reason}
          onChange={(event) => setReason(event.target.value)}
        />
        <SelectField label="For how long" value={minutes} onChange={(event) => setMinutes(Number(event.target.value))}>
          {MINUTES.map((one) => (
            <option key={one} value={one}>
              {one} minutes
            </option>
          ))}
        </SelectField>
        <p className="row">
          <input id={box} type="checkbox" checked={write} onChange={(event) => setWrite(event.target.checked)} />
          <label htmlFor={box}>Also to change things: needed for a login, and for Odoo's shell</label>
        </p>
        <div className="dialog-acts">
          <button type="button" className="button" onClick={onClose}>
            Cancel
          </button>
          <button type="submit" className="button primary danger" disabled={open.isPending}>
            Break the glass
          </button>
        </div>
      </form>
    </Dialog>
  );
};
