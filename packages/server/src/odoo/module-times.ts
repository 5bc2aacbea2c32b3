import type { ModuleTime } from '@slipway/contracts/rehearsal-views';
import { parseLog } from './log-records.ts';

const LOADED = /^Module (\w+) loaded in (\d+(?:\.\d+)?)s\b/;

/** What each module took, as Odoo's log has it; of those that are only loaded Odoo says nothing at this level. One that is loaded twice took both. */
export const moduleTimes = (lines: readonly string[]): readonly ModuleTime[] => {
  const times = new Map<string, number>();
  for (const { message } of parseLog(lines)) {
    const [, name, seconds] = LOADED.exec(message) ?? [];
    if (name !== undefined) times.set(name, (times.get(name) ?? 0) + Number(seconds));
  }
  return [...times].map(([name, seconds]) => ({ name, seconds: Math.round(seconds * 100) / 100 }));
};
