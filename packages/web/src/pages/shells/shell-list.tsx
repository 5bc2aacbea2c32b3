import type { ShellView } from '@slipway/contracts/shell-views';
import type { ReactNode } from 'react';
import { api, useAct, useRead } from '../../api/api.ts';
import { useMay } from '../../api/me.ts';
import { byteWords } from '../../lib/time-words.ts';
import { Panel } from '../../ui/page.tsx';
import { Loaded } from '../../ui/states.tsx';
import { Status } from '../../ui/status.tsx';
import { Ago } from '../../ui/time.tsx';
import { say, sayProblem } from '../../ui/toasts.tsx';
import { KIND_WORDS } from './shell-tab.tsx';

/** Who was in here, and who is. */
export const ShellList = ({
  project,
  environment,
  stage,
}: {
  readonly project: string;
  readonly environment: string;
  readonly stage: string;
}): ReactNode => {
  const query = useRead('shells', { query: { environment, limit: '20' } });
  const recordings = useMay(project)(stage === 'production' ? 'production' : 'settings');
  return (
    <Panel title="Shells that were opened">
      <Loaded query={query}>
        {(shells) =>
          shells.length === 0 ? (
            <p className="inside quiet">Nobody opened one yet.</p>
          ) : (
            <table className="table folds">
              <thead>
                <tr>
                  <th scope="col">What</th>
                  <th scope="col">Who</th>
                  <th scope="col">Opened</th>
                  <th scope="col">State</th>
                  <th scope="col">Recording</th>
                </tr>
              </thead>
              <tbody>
                {shells.map((shell) => (
                  <Row key={shell.id} shell={shell} recordings={recordings} />
                ))}
              </tbody>
            </table>
          )
        }
      </Loaded>
    </Panel>
  );
};

const Row = ({ shell, recordings }: { readonly shell: ShellView; readonly recordings: boolean }): ReactNode => (
  <tr>
    <td>
      <span className="row">
        {KIND_WORDS[shell.kind][0]}
        {shell.readOnly && <span className="chip">reads only</span>}
      </span>
    </td>
    <td data-label="Who" className="foreign">
      {shell.openedBy}
    </td>
    <td data-label="Opened">
      <Ago at={shell.openedAt} />
    </td>
    <td data-label="State">{shell.endedAt === null ? <Running shell={shell} /> : <EndedWords shell={shell} />}</td>
    <td data-label="Recording">
      {shell.recorded === null || !recordings ? (
        <span className="quiet">{shell.recorded === null ? 'none' : byteWords(shell.recorded)}</span>
      ) : (
        <a href={api.addressOf('shellRecording', { parameters: { shell: shell.id } })} download={`${shell.id}.cast`}>
          {byteWords(shell.recorded)}
        </a>
      )}
    </td>
  </tr>
);

const EndedWords = ({ shell: { why, exitCode } }: { readonly shell: ShellView }): ReactNode => (
  <span className="foreign">
    {why ?? 'ended'}
    {exitCode !== null && exitCode !== 0 && ` (${exitCode})`}
  </span>
);

const Running = ({ shell }: { readonly shell: ShellView }): ReactNode => {
  const end = useAct('endShell');
  const stop = (): void =>
    end.mutate(
      { parameters: { shell: shell.id } },
      { onSuccess: () => say('The shell is ended.'), onError: sayProblem },
    );
  return (
    <span className="row">
      <Status tone="busy">{shell.attachedAt === null ? 'Waits for its terminal' : 'Open'}</Status>
      <button type="button" className="button small" disabled={end.isPending} onClick={stop}>
        End it
      </button>
    </span>
  );
};
