import type { ShellTools } from '../flows/shell-tools.ts';
import type { Slipway } from '../flows/slipway.ts';
import { tendShells } from '../flows/tend-shells.ts';
import { type Loop, startLoop } from './loop.ts';

/** No container, role or login of a shell outlives it. */
export const tendShellsAlways = (slipway: Slipway, tools: Pick<ShellTools, 'terminals' | 'readers'>): Loop =>
  startLoop('shells', 5_000, slipway, () => tendShells(slipway, tools));
