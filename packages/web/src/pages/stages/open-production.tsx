import { type ReactNode, useState } from 'react';
import { useAct, useRead } from '../../api/api.ts';
import { useMay } from '../../api/me.ts';
import { absoluteWords, byteWords } from '../../lib/time-words.ts';
import { told } from '../../lib/told.ts';
import { Confirm } from '../../ui/dialog.tsx';
import { SelectField } from '../../ui/field.tsx';

/** The first production: with the data of a backup, or as a new company. */
export const OpenProductionButton = ({ project }: { readonly project: string }): ReactNode => {
  const [open, setOpen] = useState(false);
  const may = useMay(project);
  if (!may('production')) return <p>An admin of the project opens it.</p>;
  return (
    <>
      <button type="button" className="button primary" onClick={() => setOpen(true)}>
        Open production
      </button>
      {open && <OpenDialog project={project} onClose={() => setOpen(false)} />}
    </>
  );
};

const OpenDialog = ({ project, onClose }: { readonly project: string; onClose(): void }): ReactNode => {
  const [from, setFrom] = useState('');
  const backups = useRead('snapshots', { parameters: { project }, query: { kind: 'raw' } });
  const open = useAct('openProduction');
  const send = (): void =>
    void told(
      open.mutateAsync({ parameters: { project }, body: { from: from === '' ? null : from } }),
      'Production is being made.',
      onClose,
    );
  return (
    <Confirm
      title="Open production"
      act="Open production"
      typed="production"
      open
      busy={open.isPending}
      onClose={onClose}
      onConfirm={send}
    >
      <p>
        Odoo starts as production with the commit of its branch, at its own address. Mails and payments are real there.
      </p>
      <SelectField label="Its data" value={from} onChange={(event) => setFrom(event.target.value)}>
        <option value="">A new company without data</option>
        {(backups.data ?? []).map(({ id, takenAt, bytes }) => (
          <option key={id} value={id}>
            Backup of {absoluteWords(takenAt)}, {byteWords(bytes)}
          </option>
        ))}
      </SelectField>
    </Confirm>
  );
};
