import { permissionOfStage } from '@slipway/contracts/permissions';
import type { PreviewState } from '@slipway/contracts/views';
import type { ReactNode } from 'react';
import { useMay } from '../../api/me.ts';
import { ActButton } from '../../ui/act-button.tsx';
import { useConnect } from '../shells/use-connect.tsx';

/** Why nobody can be let in now; null: they can. */
const whyNot = (state: PreviewState): string | null => {
  if (state === 'live') return null;
  return state === 'sleeping' ? 'It sleeps: wake it first.' : 'Nothing serves here now.';
};

/** Logins without a password, for those who handle the stage: one press as its administrator, or as somebody who is chosen. */
export const LogInAs = ({
  project,
  environment,
  stage,
  state,
}: {
  readonly project: string;
  readonly environment: string;
  readonly stage: string;
  readonly state: PreviewState;
}): ReactNode => {
  const may = useMay(project)(permissionOfStage(stage));
  const { asAdmin, asSomebody, busy, dialog } = useConnect(environment);
  if (!may) return null;
  const why = whyNot(state);
  return (
    <>
      <ActButton word="Log in as admin" icon="key" why={busy ? 'It is being opened.' : why} onAct={asAdmin} />
      <ActButton word="As somebody else" icon="user" why={why} onAct={asSomebody} />
      {dialog}
    </>
  );
};
