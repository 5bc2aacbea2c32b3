import type { ReactNode } from 'react';
import { Confirm } from '../../ui/dialog.tsx';
import { TextField } from '../../ui/field.tsx';
import type { TokenRow } from './token-table.tsx';

/** As the API takes it. */
export const TokenName = ({
  help,
  value,
  onChoose,
}: {
  readonly help: string;
  readonly value: string;
  onChoose(name: string): void;
}): ReactNode => (
  <TextField
    label="Name"
    help={help}
    required
    autoFocus
    maxLength={63}
    pattern="[A-Za-z0-9][A-Za-z0-9._\-]*"
    value={value}
    onChange={(event) => onChoose(event.target.value)}
  />
);

export const RevokeToken = ({
  token,
  busy,
  onClose,
  onConfirm,
}: {
  readonly token: TokenRow;
  readonly busy: boolean;
  onClose(): void;
  onConfirm(token: TokenRow): void;
}): ReactNode => (
  <Confirm
    title="Revoke the token"
    act="Revoke"
    danger
    open
    busy={busy}
    onClose={onClose}
    onConfirm={() => onConfirm(token)}
  >
    <p>
      What uses <strong className="foreign">{token.name}</strong> is refused from then on.
    </p>
  </Confirm>
);
