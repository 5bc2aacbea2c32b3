import { SIGN_IN_REFUSALS, type SignInRefusal } from '@slipway/contracts/sign-in-refusals';

interface Words {
  readonly title: string;
  readonly hint: string;
}

const WORDS: Readonly<Record<SignInRefusal, Words>> = {
  'not-invited': {
    title: 'You are not invited here.',
    hint: 'Ask an administrator for an invitation to the e-mail address that you have at the provider. The provider has to have verified that address.',
  },
  deactivated: {
    title: 'Your account here is switched off.',
    hint: 'An administrator switches it on again, under People.',
  },
  'not-joined': {
    title: 'There is an account of that address, and this login does not open it.',
    hint: 'Either the provider has not verified your address, or the address was changed here. Sign in with your password.',
  },
  'no-address': {
    title: 'The provider does not say which e-mail address is yours.',
    hint: 'Make one known there, verified, and let Slipway see it.',
  },
  denied: {
    title: 'The provider did not let you in, or you went back.',
    hint: 'Try again, and agree there; or ask whoever runs the provider whether you may use Slipway.',
  },
  'not-believed': {
    title: 'What the provider answered could not be checked.',
    hint: 'For an administrator: most often a clock is wrong, on this machine or there, or client id and secret are another program’s. The server log says more.',
  },
  'too-late': {
    title: 'That login is over.',
    hint: 'It took too long, was begun in another browser, or its answer came twice. Begin again.',
  },
  failed: {
    title: 'The login at the provider failed.',
    hint: 'Try again. If it goes on, an administrator finds the reason in the server log.',
  },
};

/** Of an address that a provider's login came back to; null: it did not fail. What the address says itself is not repeated. */
export const refusalWords = (search: string): Words | null => {
  const error = new URLSearchParams(search).get('error');
  if (error === null) return null;
  return WORDS[SIGN_IN_REFUSALS.find((one) => one === error) ?? 'failed'];
};
