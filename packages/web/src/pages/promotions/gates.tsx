import type { GateView } from '@slipway/contracts/promotion-views';
import type { ReactNode } from 'react';
import { Link } from 'wouter';
import { projectPath } from '../../shell/project.ts';
import { Panel } from '../../ui/page.tsx';
import { Status } from '../../ui/status.tsx';
import { gateName, gateWords, holding, mendedAt } from './words.ts';
import './promotions.css';
import { Words } from '../../ui/words.tsx';

const ORDER: Readonly<Record<GateView['state'], number>> = { fail: 0, wait: 1, pass: 2, off: 3 };

/** What holds it up stands first. */
export const Gates = ({
  project,
  gates,
}: {
  readonly project: string;
  readonly gates: readonly GateView[];
}): ReactNode => {
  const held = holding({ gates: [...gates] }).length;
  return (
    <Panel
      title="Gates"
      acts={
        <span className="quiet">
          {held === 0 ? 'Nothing holds it up' : `${held} of ${gates.length} ${held === 1 ? 'holds' : 'hold'} it up`}
        </span>
      }
    >
      <ul className="gates">
        {gates
          .toSorted((one, other) => ORDER[one.state] - ORDER[other.state])
          .map((gate) => (
            <Gate key={gate.gate} project={project} gate={gate} />
          ))}
      </ul>
    </Panel>
  );
};

const Gate = ({ project, gate }: { readonly project: string; readonly gate: GateView }): ReactNode => {
  const [tone, word] = gateWords(gate);
  const at = mendedAt(gate.gate);
  const mends = gate.fix !== null && (gate.state === 'fail' || gate.state === 'wait');
  return (
    <li>
      <Status tone={tone}>{word}</Status>
      <strong className="foreign">{gateName(gate.gate)}</strong>
      <span className="foreign">
        <Words text={gate.why} />
      </span>
      {mends && (
        <span className="fix quiet foreign">
          <span aria-hidden="true">→ </span>
          <Words text={gate.fix ?? ''} />
          {at !== null && (
            <>
              {' '}
              <Link href={projectPath(project, at[1])}>{at[0]}</Link>
            </>
          )}
        </span>
      )}
    </li>
  );
};
