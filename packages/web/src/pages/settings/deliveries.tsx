import type { WebhookDeliveryView } from '@slipway/contracts/webhook-views';
import { type ReactNode, useState } from 'react';
import { useAct, useRead } from '../../api/api.ts';
import { durationWords } from '../../lib/time-words.ts';
import { told } from '../../lib/told.ts';
import { Panel } from '../../ui/page.tsx';
import { Loaded } from '../../ui/states.tsx';
import { Status, type Tone } from '../../ui/status.tsx';
import { Ago } from '../../ui/time.tsx';

const PAGE = 50;
const STATES: Readonly<Record<WebhookDeliveryView['state'], readonly [Tone, string]>> = {
  waiting: ['wait', 'Waits'],
  delivered: ['good', 'Delivered'],
  'given-up': ['bad', 'Given up'],
};

/** What one webhook was told, how it answered, and the same once more. */
export const Deliveries = ({ project, webhook }: { readonly project: string; readonly webhook: string }): ReactNode => {
  const [state, setState] = useState('');
  const [before, setBefore] = useState<string | null>(null);
  const query = {
    limit: String(PAGE),
    ...(state === '' ? {} : { state: state as WebhookDeliveryView['state'] }),
    ...(before === null ? {} : { before }),
  };
  const deliveries = useRead('webhookDeliveries', { parameters: { project, webhook }, query });
  const replay = useAct('replayWebhook');
  const again = (delivery: string): void =>
    void told(replay.mutateAsync({ parameters: { project, webhook, delivery } }), 'It is sent again.');
  return (
    <Panel
      title="Deliveries"
      acts={
        <select
          className="input"
          aria-label="Which deliveries"
          value={state}
          onChange={(event) => {
            setState(event.target.value);
            setBefore(null);
          }}
        >
          <option value="">All</option>
          {Object.entries(STATES).map(([key, [, word]]) => (
            <option key={key} value={key}>
              {word}
            </option>
          ))}
        </select>
      }
    >
      <Loaded query={deliveries} rows={3}>
        {(known) => (
          <>
            {known.length === 0 && <p className="inside quiet">Nothing here.</p>}
            {known.length > 0 && <Table deliveries={known} busy={replay.isPending} onReplay={again} />}
            {(before !== null || known.length === PAGE) && (
              <p className="inside row">
                {before !== null && (
                  <button type="button" className="button small" onClick={() => setBefore(null)}>
                    Newest
                  </button>
                )}
                {known.length === PAGE && (
                  <button type="button" className="button small" onClick={() => setBefore(known.at(-1)?.id ?? null)}>
                    Older
                  </button>
                )}
              </p>
            )}
          </>
        )}
      </Loaded>
    </Panel>
  );
};

const Table = ({
  deliveries,
  busy,
  onReplay,
}: {
  readonly deliveries: readonly WebhookDeliveryView[];
  readonly busy: boolean;
  onReplay(delivery: string): void;
}): ReactNode => (
  <table className="table folds">
    <thead>
      <tr>
        {['State', 'What', 'When', 'Answer'].map((word) => (
          <th key={word}>{word}</th>
        ))}
        <th>
          <span className="hidden-word">Acts</span>
        </th>
      </tr>
    </thead>
    <tbody>
      {deliveries.map((one) => {
        const [tone, word] = STATES[one.state];
        return (
          <tr key={one.id}>
            <td data-label="State">
              <Status tone={tone}>{word}</Status>
            </td>
            <td data-label="What" className="mono foreign">
              {one.kind}
            </td>
            <td data-label="When">
              <Ago at={one.lastAt ?? one.createdAt} />
            </td>
            <td data-label="Answer" className="foreign">
              <Answered one={one} />
            </td>
            <td>
              <button type="button" className="button small" disabled={busy} onClick={() => onReplay(one.id)}>
                Send again<span className="hidden-word"> {one.id}</span>
              </button>
            </td>
          </tr>
        );
      })}
    </tbody>
  </table>
);

/** How the other side answered is text of a stranger, and what was sent holds text of many. */
const Answered = ({ one }: { readonly one: WebhookDeliveryView }): ReactNode => (
  <div>
    {one.code !== null && <span className="chip">{one.code}</span>} {one.error}
    {one.milliseconds !== null && <span className="quiet"> in {durationWords(one.milliseconds)}</span>}
    {one.attempts > 1 && <span className="quiet">, tried {one.attempts} times</span>}
    {one.nextAt !== null && (
      <span className="quiet">
        , again <Ago at={one.nextAt} />
      </span>
    )}
    <details>
      <summary className="quiet">Sent and answered</summary>
      <pre className="details foreign">{one.body}</pre>
      {one.answer !== null && <pre className="details foreign">{one.answer}</pre>}
    </details>
  </div>
);
