import { Failure } from '@slipway/contracts/failure';
import { CommandError, runCommand } from '../shared/run-command.ts';

const FORMAT = '$(ORIGIN)|$(LABEL)|$(CODENAME)|$(REPO_URI)';

/** The archive that this machine's own apt uses: it is near, it is trusted, and it is reachable. */
export const debianMirror = async (signal: AbortSignal): Promise<string> => {
  const lines = await runCommand('apt-get', ['indextargets', '--format', FORMAT], { signal, timeoutSeconds: 60 }).then(
    ({ stdout }) => stdout.split('\n'),
    (error: unknown) => {
      if (error instanceof CommandError && error.reason === 'cannot-start') return [];
      throw error;
    },
  );
  const mirror = chooseMirror(lines);
  if (mirror !== null) return mirror;
  throw new Failure('base-image-missing', {
    image: "made from Debian's archive",
    reason: 'apt on this machine knows no Debian archive',
  });
};

/** The main archive, not the one for security updates, which lacks most packages. */
export const chooseMirror = (lines: readonly string[]): string | null => {
  for (const line of lines) {
    const [origin, label, codename, uri] = line.split('|');
    if (origin === 'Debian' && label === 'Debian' && uri && !/-(security|updates|backports)$/.test(codename ?? ''))
      return uri;
  }
  return null;
};
