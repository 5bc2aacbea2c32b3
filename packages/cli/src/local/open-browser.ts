/** Shows an address to the person, where there is a screen to show it on. */
import { spawn } from 'node:child_process';
import type { Io } from '../io.ts';

/** A program that goes on for longer has a window open. */
const PATIENCE_MILLISECONDS = 3000;

/** `start` is a word of the Windows shell, which would read `&` and `%` in the address: this is what it calls itself. */
const PROGRAMS: Readonly<Record<string, readonly [program: string, ...parameters: string[]]>> = {
  darwin: ['open'],
  win32: ['rundll32', 'url.dll,FileProtocolHandler'],
  linux: ['xdg-open'],
};

/** Without a screen xdg-open would take this terminal for a browser that draws in it. */
const hasScreen = ({ DISPLAY, WAYLAND_DISPLAY, WSL_DISTRO_NAME }: Io['variables'], platform: string): boolean =>
  platform !== 'linux' || [DISPLAY, WAYLAND_DISPLAY, WSL_DISTRO_NAME].some((one) => one !== undefined && one !== '');

/** Only what a browser is for: an address may come from a server, and must not be read as an option or a file. */
const isWebAddress = (url: string): boolean => /^https?:$/.test(URL.parse(url)?.protocol ?? '');

/** False: there is no browser here, or it did not want to. Then the address is for the person to open. */
export const openBrowser = async (
  { variables }: Pick<Io, 'variables'>,
  url: string,
  platform: string = process.platform,
): Promise<boolean> => {
  const [program, ...parameters] = PROGRAMS[platform] ?? [];
  if (program === undefined || !isWebAddress(url) || !hasScreen(variables, platform)) return false;
  return new Promise((resolve) => {
    const opener = spawn(program, [...parameters, URL.parse(url)?.href ?? ''], {
      ...{ stdio: 'ignore', detached: true, env: { ...variables } },
    });
    const timer = setTimeout(() => resolve(true), PATIENCE_MILLISECONDS);
    const answer = (opened: boolean): void => {
      clearTimeout(timer);
      resolve(opened);
    };
    opener.once('error', () => answer(false));
    opener.once('exit', (code) => answer(code === 0));
    opener.unref();
  });
};
