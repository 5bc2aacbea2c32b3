import type { SmokeSection } from '@slipway/contracts/smoke-config';
import type { SmokeCheck } from './check.ts';
import { api } from './checks/api.ts';
import { assets } from './checks/assets.ts';
import { databaseSelector } from './checks/database-selector.ts';
import { health } from './checks/health.ts';
import { load } from './checks/load.ts';
import { logErrors } from './checks/log-errors.ts';
import { logIn } from './checks/log-in.ts';
import { loginPage } from './checks/login-page.ts';
import { mainPage } from './checks/main-page.ts';
import { models } from './checks/models.ts';
import { modules } from './checks/modules.ts';
import { ownPath } from './checks/own-path.ts';
import { websocket } from './checks/websocket.ts';

/** Every check, in the order in which they run: what others need comes first, the log that all of them wrote to last. */
const BEFORE: readonly SmokeCheck[] = [
  health,
  loginPage,
  assets,
  mainPage,
  databaseSelector,
  websocket,
  logIn,
  api,
  modules,
  models,
];
const AFTER: readonly SmokeCheck[] = [load, logErrors];

/** The checks of a project: its own paths stand among them, one check each. */
export const checksFor = (settings: SmokeSection): readonly SmokeCheck[] => [
  ...BEFORE,
  ...settings.paths.map(ownPath),
  ...AFTER,
];
