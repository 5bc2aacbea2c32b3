import type { NoticeTest, NoticeView } from '@slipway/contracts/notice-views';
import type { ReactNode } from 'react';
import { useAct, useRead } from '../../api/api.ts';
import { Panel } from '../../ui/page.tsx';
import { Empty, Loaded, ProblemNote } from '../../ui/states.tsx';
import { Status, type Tone } from '../../ui/status.tsx';
import { Ago } from '../../ui/time.tsx';

const STATES: Readonly<Record<NoticeView['state'], readonly [Tone, string]>> = {
  waiting: ['wait', 'Waits'],
  sent: ['good', 'Sent'],
  'given-up': ['bad', 'Given up'],
};

/** What the channels of slipway.yaml were told, and whether they can be reached. */
export const Notices = ({ project }: { readonly project: string }): ReactNode => {
  const notices = useRead('notices', { parameters: { project }, query: { limit: '100' } });
  const test = useAct('testNotify');
  return (
    <Panel
      title="Notices"
      acts={
        <button
          type="button"
          className="button small"
          disabled={test.isPending}
          onClick={() => test.mutate({ parameters: { project }, body: { channel: null } })}
        >
          {test.isPending ? 'Sending …' : 'Send a test to each channel'}
        </button>
      }
    >
      {test.error !== null && <ProblemNote problem={test.error} />}
      {test.data !== undefined && <Tested tests={test.data} />}
      <Loaded query={notices} rows={3}>
        {(known) =>
          known.length === 0 ? (
            <Empty title="Nobody was told anything yet">
              <p>
                Section <code>notify</code> of slipway.yaml names the channels.
              </p>
            </Empty>
          ) : (
            <Table notices={known} />
          )
        }
      </Loaded>
    </Panel>
  );
};

const Tested = ({ tests }: { readonly tests: readonly NoticeTest[] }): ReactNode => (
  <ul className="inside stack" role="status">
    {tests.length === 0 && <li className="quiet">There is no channel in slipway.yaml.</li>}
    {tests.map(({ channel, kind, ok, error }) => (
      <li key={channel} className="row wrap">
        <Status tone={ok ? 'good' : 'bad'}>{ok ? 'Arrived' : 'Failed'}</Status>
        <span className="foreign">
          {channel} ({kind})
        </span>
        {error !== null && <span className="quiet foreign">{error}</span>}
      </li>
    ))}
  </ul>
);

const Table = ({ notices }: { readonly notices: readonly NoticeView[] }): ReactNode => (
  <table className="table folds">
    <thead>
      <tr>
        {['State', 'What', 'Channel', 'When', 'Trouble'].map((word) => (
          <th key={word}>{word}</th>
        ))}
      </tr>
    </thead>
    <tbody>
      {notices.map((one) => {
        const [tone, word] = STATES[one.state];
        return (
          <tr key={one.id}>
            <td data-label="State">
              <Status tone={tone}>{word}</Status>
            </td>
            <td data-label="What" className="foreign">
              {one.title}
            </td>
            <td data-label="Channel" className="foreign">
              {one.channel}
            </td>
            <td data-label="When">
              <Ago at={one.sentAt ?? one.createdAt} />
            </td>
            <td data-label="Trouble" className="foreign">
              {one.error ?? ''}
              {one.nextAttemptAt !== null && (
                <span className="quiet">
                  {' '}
                  tried again <Ago at={one.nextAttemptAt} />
                </span>
              )}
            </td>
          </tr>
        );
      })}
    </tbody>
  </table>
);
