import { automationEntries } from './entries/automation.ts';
import { credentialEntries } from './entries/credentials.ts';
import { loginEntries } from './entries/logins.ts';
import { mailEntries } from './entries/mail.ts';
import { moneyEntries } from './entries/money.ts';
import { parameterEntries } from './entries/parameters.ts';
import { queueEntries } from './entries/queues.ts';
import { serviceEntries } from './entries/services.ts';
import { websiteEntries } from './entries/website.ts';
import type { Entry } from './entry.ts';

/** Everything that we switch off besides what Odoo's modules switch off themselves. Parameters come last: what a project wants wins. */
export const ENTRIES: readonly Entry[] = [
  ...mailEntries,
  ...queueEntries,
  ...automationEntries,
  ...loginEntries,
  ...moneyEntries,
  ...serviceEntries,
  ...websiteEntries,
  ...credentialEntries,
  ...parameterEntries,
];
