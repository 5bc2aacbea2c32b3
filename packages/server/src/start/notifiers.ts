import type { NotifyChannel } from '@slipway/contracts/notify-config';
import { systemClock } from '../domain/clock.ts';
import { openEmail } from '../drivers/notifiers/email/client.ts';
import { openPagerduty, PAGERDUTY } from '../drivers/notifiers/pagerduty/client.ts';
import { openSlack } from '../drivers/notifiers/slack/client.ts';
import { openWebhook } from '../drivers/notifiers/webhook/client.ts';
import type { Notifier, Notifiers } from '../ports/notifier.ts';
import type { SecretStore } from '../ports/secret-store.ts';

/** Channels of slipway.yaml with the secrets that they name, read anew each time: they may have been changed since. */
export const openNotifiers = (
  secrets: SecretStore,
  source: string,
  pagerduty: Readonly<Record<keyof typeof PAGERDUTY, string>> = PAGERDUTY,
): Notifiers => {
  const open = async (project: string, channel: NotifyChannel): Promise<Notifier> => {
    const secret = (name: string) => secrets.get(project, 'production', name);
    switch (channel.kind) {
      case 'slack':
        return openSlack({ url: await secret(channel.url) });
      case 'pagerduty':
        return openPagerduty({ key: await secret(channel.key), address: pagerduty[channel.region], source });
      case 'email': {
        const { tls, from, to } = channel;
        return openEmail({ server: await secret(channel.server), tls, from, to, source });
      }
      case 'webhook':
        return openWebhook({
          url: await secret(channel.url),
          secret: await secret(channel.secret),
          clock: systemClock,
        });
    }
  };
  return { open };
};
