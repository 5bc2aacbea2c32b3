import type { PromotionView } from '@slipway/contracts/promotion-views';
import type { ReactNode } from 'react';
import { Sha } from '../../ui/copy.tsx';
import { Panel } from '../../ui/page.tsx';
import { Person } from '../../ui/person.tsx';
import { Ago } from '../../ui/time.tsx';

/** Which commit in which image, and what it would take the place of. */
export const ReleasePanel = ({ view }: { readonly view: PromotionView }): ReactNode => (
  <Panel title="Release">
    <dl className="facts inside">
      <dt>Commit</dt>
      <dd>
        <Sha sha={view.release.sha} />
      </dd>
      <dt>Branch</dt>
      <dd className="mono foreign">{view.branch.name}</dd>
      <dt>Image</dt>
      <dd className="mono foreign">{view.release.image}</dd>
      <dt>Digest</dt>
      <dd className="mono" title={view.release.imageDigest}>
        {view.release.imageDigest.slice(0, 19)}
      </dd>
      <dt>In production</dt>
      <dd>
        {view.production === null ? (
          'nothing yet'
        ) : (
          <>
            <Sha sha={view.production.sha} /> since <Ago at={view.production.since} />
          </>
        )}
      </dd>
      {view.id !== null && (
        <>
          <dt>Asked for by</dt>
          <dd>
            <Person {...view.requestedBy} />
            {view.createdAt !== null && (
              <>
                , <Ago at={view.createdAt} />
              </>
            )}
          </dd>
        </>
      )}
      {view.state === 'open' && view.expiresAt !== null && (
        <>
          <dt>Expires</dt>
          <dd>
            <Ago at={view.expiresAt} />
          </dd>
        </>
      )}
    </dl>
  </Panel>
);
