import type { PromotionView } from '@slipway/contracts/promotion-views';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useEffect, useState } from 'react';
import { useLocation, useParams } from 'wouter';
import { api, useAct } from '../../api/api.ts';
import { useMay } from '../../api/me.ts';
import type { Problem } from '../../api/problem.ts';
import { useTitle } from '../../shell/announce.ts';
import { projectPath } from '../../shell/project.ts';
import { TextArea } from '../../ui/field.tsx';
import { CheckField, Form } from '../../ui/form.tsx';
import { PageHeader, Panel } from '../../ui/page.tsx';
import { Loaded } from '../../ui/states.tsx';
import { Commits, Modules } from './change.tsx';
import { Gates } from './gates.tsx';
import { ReleasePanel } from './release.tsx';
import { RehearsalPanel, Way } from './way.tsx';
import { holding } from './words.ts';

/** What would go live, and what the gates say: looked at anew when somebody asks, since looking gathers everything. */
const useDryRun = (project: string) => {
  const query = useQuery<PromotionView, Problem>({
    queryKey: ['requestPromotion', { project }, {}],
    queryFn: () => api.call('requestPromotion', { parameters: { project }, body: { dry_run: true } }),
    enabled: false,
  });
  const { refetch } = query;
  // biome-ignore lint/correctness/useExhaustiveDependencies: once for each project.
  useEffect(() => void refetch(), [project]);
  return query;
};

export const NewPromotionPage = (): ReactNode => {
  const { project } = useParams<{ project: string }>();
  useTitle('Promote', project);
  const query = useDryRun(project);
  return (
    <>
      <PageHeader
        title="Promote to production"
        crumbs={[
          { word: project, to: projectPath(project) },
          { word: 'Promotions', to: projectPath(project, 'promotions') },
        ]}
        acts={
          <button type="button" className="button" disabled={query.isFetching} onClick={() => void query.refetch()}>
            {query.isFetching ? 'Looking …' : 'Look again'}
          </button>
        }
      />
      <Loaded query={query} rows={6}>
        {(view) => (
          <div className="columns act-first">
            <div>
              <Gates project={project} gates={view.gates} />
              <Commits commits={view.commits} />
              <Modules change={view.change} />
            </div>
            <div>
              <div className="act">
                <Ask project={project} view={view} />
              </div>
              <Way view={view} />
              <RehearsalPanel rehearsal={view.rehearsal} />
              <ReleasePanel view={view} />
            </div>
          </div>
        )}
      </Loaded>
    </>
  );
};

const askWords = (view: PromotionView): string => {
  const held = holding(view);
  if (held.length === 0) return 'Nothing holds it up: once it is asked for it may go.';
  if (held.every(({ gate }) => gate === 'approval'))
    return 'Only the approval is missing. Ask, and somebody else can give it.';
  return `${held.length} gates hold it up. You can ask now; it goes when they let it through.`;
};

const Ask = ({ project, view }: { readonly project: string; readonly view: PromotionView }): ReactNode => {
  const [urgent, setUrgent] = useState(false);
  const [reason, setReason] = useState('');
  const [, go] = useLocation();
  const ask = useAct('requestPromotion');
  const may = useMay(project);
  const send = (): void =>
    void ask.mutateAsync({ parameters: { project }, body: { emergency: urgent ? reason : null } }).then(
      ({ id }) => go(projectPath(project, `promotions/${encodeURIComponent(id ?? '')}`)),
      () => null,
    );
  return (
    <Panel title="Ask for it">
      <div className="inside">
        <Form
          act={urgent ? 'Ask as an emergency' : 'Ask for this promotion'}
          danger={urgent}
          busy={ask.isPending}
          problem={ask.error}
          ready={may('promote') && (!urgent || reason.trim().length >= 5)}
          onSend={send}
        >
          <p>{may('promote') ? askWords(view) : 'A tester of the project, or an admin, can ask for it.'}</p>
          <CheckField
            label="It cannot wait for its gates"
            help="Gates that slipway.yaml lets an emergency pass over do not hold it up. Everybody is told."
            checked={urgent}
            onCheck={setUrgent}
          />
          {urgent && (
            <TextArea
              label="Why"
              help="Goes into the evidence and the audit log."
              required
              minLength={5}
              maxLength={1000}
              value={reason}
              onChange={(event) => setReason(event.target.value)}
            />
          )}
        </Form>
      </div>
    </Panel>
  );
};
