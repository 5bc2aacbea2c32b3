import { permissionOfStage } from '@slipway/contracts/permissions';
import type { PreviewState } from '@slipway/contracts/views';
import { type ReactNode, useState } from 'react';
import { useMay } from '../../api/me.ts';
import { ActButton } from '../../ui/act-button.tsx';
import { ConnectDialog } from '../shells/connect-dialog.tsx';

/** Why nobody can be let in now; null: they can. */
const whyNot = (state: PreviewState): string | null => {
  if (state === 'live') return null;
  return state === 'sleeping' ? 'It sleeps: wake it first.' : 'Nothing serves here now.';
};

/** A login as somebody else, without a password, for those who handle the stage. */
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
  const [asked, setAsked] = useState(false);
  if (!may) return null;
  return (
    <>
      <ActButton word="Log in as" icon="user" why={whyNot(state)} onAct={() => setAsked(true)} />
      {asked && <ConnectDialog environment={environment} onClose={() => setAsked(false)} />}
    </>
  );
};
