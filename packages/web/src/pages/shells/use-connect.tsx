import type { ConnectView } from '@slipway/contracts/shell-views';
import { type ReactNode, useState } from 'react';
import { useAct } from '../../api/api.ts';
import { webAddress } from '../../lib/safe-href.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { sayProblem } from '../../ui/toasts.tsx';
import { ConnectAddress, ConnectDialog } from './connect-dialog.tsx';
import { openOdooTab } from './odoo-tab.ts';

export interface Connecting {
  /** Into Odoo as its administrator, in a tab of its own. */
  asAdmin(): void;
  asSomebody(): void;
  readonly busy: boolean;
  /** Where it asks, or shows the address that the browser would not open. To be put beside the button. */
  readonly dialog: ReactNode;
}

/** One click into the Odoo of an environment. */
export const useConnect = (environment: string): Connecting => {
  const connect = useAct('connect');
  const [asking, setAsking] = useState(false);
  const [told, setTold] = useState<ConnectView | null>(null);
  const asAdmin = (): void => {
    const tab = openOdooTab(environment.split('/').at(-1) ?? environment);
    connect.mutate(
      { parameters: { environment }, body: {} },
      {
        onSuccess: (answer) => {
          const url = webAddress(answer.url);
          if (url === undefined || tab?.go(url) !== true) setTold(answer);
        },
        onError: (error) => {
          // Whoever it is that administers here has another name.
          if (error.code === 'connect-user-unknown') {
            tab?.close();
            setAsking(true);
          } else if (tab?.tell(error) !== true) sayProblem(error);
        },
      },
    );
  };
  const dialog = (
    <>
      {asking && <ConnectDialog environment={environment} onClose={() => setAsking(false)} />}
      <Dialog title="Log in to Odoo" open={told !== null} onClose={() => setTold(null)}>
        {told !== null && <ConnectAddress told={told} onClose={() => setTold(null)} />}
      </Dialog>
    </>
  );
  return { asAdmin, asSomebody: () => setAsking(true), busy: connect.isPending, dialog };
};
