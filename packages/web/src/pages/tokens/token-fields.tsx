import type { Scope } from '@slipway/contracts/route';
import type { ReactNode } from 'react';
import { SelectField } from '../../ui/field.tsx';
import { CheckField } from '../../ui/form.tsx';

export const SCOPE_WORDS: readonly (readonly [scope: Scope, says: string])[] = [
  ['read', 'see everything, change nothing'],
  ['promote', 'ask for promotions, deploy staging, rehearse'],
  ['approve', 'approve and refuse promotions'],
  ['admin', 'everything'],
];

export const ScopeFields = ({
  chosen,
  onChoose,
}: {
  readonly chosen: readonly Scope[];
  onChoose(scopes: readonly Scope[]): void;
}): ReactNode => (
  <fieldset>
    <legend>What it may do</legend>
    {SCOPE_WORDS.map(([scope, says]) => (
      <CheckField
        key={scope}
        label={<strong>{scope}</strong>}
        help={says}
        checked={chosen.includes(scope)}
        onCheck={(on) => onChoose(on ? [...chosen, scope] : chosen.filter((one) => one !== scope))}
      />
    ))}
  </fieldset>
);

const TIMES = [
  ['7d', '7 days'],
  ['30d', '30 days'],
  ['90d', '90 days'],
  ['365d', 'a year'],
  ['never', 'for ever'],
] as const;

export const ExpiryField = ({
  value,
  onChoose,
}: {
  readonly value: string;
  onChoose(value: string): void;
}): ReactNode => (
  <SelectField
    label="Good for"
    {...(value === 'never' ? { help: 'What is lost and never expires stays dangerous. Prefer a time.' } : {})}
    value={value}
    onChange={(event) => onChoose(event.target.value)}
  >
    {TIMES.map(([key, word]) => (
      <option key={key} value={key}>
        {word}
      </option>
    ))}
  </SelectField>
);
