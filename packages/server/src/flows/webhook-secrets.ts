import { randomBytes } from 'node:crypto';
import { Secret } from '../domain/secret.ts';
import type { SecretStore } from '../ports/secret-store.ts';

const BYTES = 32;
const PRESENT = 'signing';
const FORMER = 'signing-before';

/** With the other secrets, at an address that no environment has. */
const placeOf = (project: string, webhook: string): string => `${project}/webhooks/${webhook}`;

/** As libraries for Standard Webhooks take it. */
const newWebhookSecret = (): string => `whsec_${randomBytes(BYTES).toString('base64')}`;

/** In place of what there is. Answers it, to be shown this once. */
export const giveWebhookSecret = async (secrets: SecretStore, project: string, webhook: string): Promise<string> => {
  const made = newWebhookSecret();
  await secrets.replace(placeOf(project, webhook), PRESENT, new Secret(made));
  return made;
};

/** Another one; the one before is put aside. Dying in between leaves both the same. */
export const rotateWebhookSecret = async (secrets: SecretStore, project: string, webhook: string): Promise<string> => {
  const place = placeOf(project, webhook);
  await secrets.replace(place, FORMER, await secrets.ensure(place, PRESENT));
  return giveWebhookSecret(secrets, project, webhook);
};

/** What a message is signed with now: the present one first. */
export const webhookSecretsOf = async (
  secrets: SecretStore,
  { project, webhook, former }: { readonly project: string; readonly webhook: string; readonly former: boolean },
): Promise<Secret[]> => {
  const place = placeOf(project, webhook);
  const present = await secrets.ensure(place, PRESENT);
  return former ? [present, await secrets.ensure(place, FORMER)] : [present];
};

export const forgetWebhookSecrets = (secrets: SecretStore, project: string, webhook: string): Promise<void> =>
  secrets.forget(placeOf(project, webhook));
