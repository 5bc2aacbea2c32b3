import type { Slipway } from '../flows/slipway.ts';
import { tellPeople } from '../flows/tell-people.ts';
import type { Notifiers } from '../ports/notifier.ts';
import { type Loop, startLoop } from './loop.ts';

/** Tells people what was written down for them. */
export const sendNotices = (slipway: Slipway, notifiers: Notifiers): Loop =>
  startLoop('notices', 1000, slipway, async (signal) => {
    await tellPeople(slipway, notifiers, signal);
  });
