import type { ConnectView } from '@slipway/contracts/shell-views';
import { type ReactNode, useState } from 'react';
import { useAct } from '../../api/api.ts';
import { webAddress } from '../../lib/safe-href.ts';
import { Dialog } from '../../ui/dialog.tsx';
import { sayProblem } from '../../ui/toasts.tsx';
import { ConnectAddress, ConnectDialog } from './connect-dialog.tsx';

export interface Connecting {
  /** Into Odoo as its administrator, in a tab of its own. */
  asAdmin(): void;
  asSomebody(): void;
  readonly busy: boolean;
  /** Where it asks, or shows the address that the browser would not open. To be put beside the button. */
  readonly dialog: ReactNode;
}

/** Opened with the click itself: what opens once the server has answered is what browsers stop. */
const openTab = (): Window | null => {
  const tab = window.open('', '_blank');
  if (tab !== null) tab.document.title = 'Logging in …';
  return tab;
};

/** One click into the Odoo of an environment. */
export const useConnect = (environment: string): Connecting => {
  const connect = useAct('connect');
  const [asking, setAsking] = useState(false);
  const [told, setTold] = useState<ConnectView | null>(null);
  const asAdmin = (): void => {
    const tab = openTab();
    connect.mutate(
      { parameters: { environment }, body: {} },
      {
        onSuccess: (answer) => {
          const url = webAddress(answer.url);
          if (tab === null || tab.closed || url === undefined) return setTold(answer);
          tab.opener = null;
          tab.location.replace(url);
        },
        onError: (error) => {
          tab?.close();
          // Whoever it is that administers here has another name.
          if (error.code === 'connect-user-unknown') return setAsking(true);
          sayProblem(error);
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
