import type { ProductionView, RollbackPreview } from '@slipway/contracts/production-views';
import { type ReactNode, useState } from 'react';
import { useAct, useRead } from '../../api/api.ts';
import { useMay } from '../../api/me.ts';
import { absoluteWords } from '../../lib/time-words.ts';
import { told } from '../../lib/told.ts';
import { Confirm } from '../../ui/dialog.tsx';
import { SelectField } from '../../ui/field.tsx';
import { Loaded } from '../../ui/states.tsx';
import { Bill } from './bill.tsx';

/** Opens only where there is a way back and the person may go it. */
export const RollbackButton = ({
  project,
  production,
}: {
  readonly project: string;
  readonly production: ProductionView;
}): ReactNode => {
  const [open, setOpen] = useState(false);
  const may = useMay(project);
  if (production.wayBack === null || !may('production')) return null;
  return (
    <>
      <button type="button" className="button danger" onClick={() => setOpen(true)}>
        Roll back
      </button>
      {open && <RollbackDialog project={project} production={production} onClose={() => setOpen(false)} />}
    </>
  );
};

const RollbackDialog = ({
  project,
  production,
  onClose,
}: {
  readonly project: string;
  readonly production: ProductionView;
  onClose(): void;
}): ReactNode => {
  const [to, setTo] = useState(production.wayBack?.deployment ?? '');
  const preview = useRead('rollbackBill', { parameters: { project }, query: { to } });
  const back = useAct('rollbackProduction');
  const send = (): void =>
    void told(
      back.mutateAsync({ parameters: { project }, body: { to, confirm: true } }),
      'Production is being brought back.',
      onClose,
    );
  return (
    <Confirm
      title="Roll production back"
      act="Roll back"
      typed="production"
      danger
      open
      busy={back.isPending || preview.data === undefined}
      onClose={onClose}
      onConfirm={send}
    >
      <Target production={production} chosen={to} onChoose={setTo} />
      <Loaded query={preview} rows={3}>
        {(data) => <Loss preview={data} />}
      </Loaded>
    </Confirm>
  );
};

const Target = ({
  production,
  chosen,
  onChoose,
}: {
  readonly production: ProductionView;
  readonly chosen: string;
  onChoose(deployment: string): void;
}): ReactNode => {
  const before = production.deployments.filter(({ status, serves }) => status === 'succeeded' && !serves);
  const known = before.some(({ id }) => id === production.wayBack?.deployment);
  return (
    <SelectField label="Back to" value={chosen} onChange={(event) => onChoose(event.target.value)}>
      {!known && production.wayBack !== null && (
        <option value={production.wayBack.deployment}>{production.wayBack.sha.slice(0, 8)}, what served before</option>
      )}
      {before.map(({ id, sha, startedAt }) => (
        <option key={id} value={id}>
          {sha.slice(0, 8)}, {absoluteWords(startedAt)}
          {id === production.wayBack?.deployment ? ' (what served before)' : ''}
        </option>
      ))}
    </SelectField>
  );
};

const Loss = ({ preview }: { readonly preview: RollbackPreview }): ReactNode => (
  <div className="stack">
    {preview.backup !== undefined && (
      <p className="note warn">
        Its database is gone: the data comes from backup <code className="foreign">{preview.backup}</code>, behind a
        maintenance page.
      </p>
    )}
    {preview.bill === null ? <p>The database stays as it is: nothing is lost.</p> : <Bill bill={preview.bill} />}
  </div>
);
