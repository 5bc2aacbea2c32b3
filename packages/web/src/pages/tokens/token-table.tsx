import type { ReactNode } from 'react';
import { Status } from '../../ui/status.tsx';
import { Ago } from '../../ui/time.tsx';

export interface TokenRow {
  readonly id: string;
  readonly name: string;
  readonly scopes: readonly string[];
  /** Whose it is, or which projects it reaches. */
  readonly about: string;
  readonly createdAt: string;
  readonly expiresAt: string | null;
  readonly lastUsedAt: string | null;
  readonly revokedAt: string | null;
}

const stateOf = ({ revokedAt, expiresAt }: TokenRow): ReactNode => {
  if (revokedAt !== null) return <Status tone="off">Revoked</Status>;
  if (expiresAt !== null && Date.parse(expiresAt) < Date.now()) return <Status tone="off">Expired</Status>;
  return <Status tone="good">Good</Status>;
};

export const TokenTable = ({
  rows,
  about,
  busy,
  onRevoke,
}: {
  readonly rows: readonly TokenRow[];
  /** The head of the column `about`. */
  readonly about: string;
  readonly busy: boolean;
  onRevoke(row: TokenRow): void;
}): ReactNode => (
  <table className="table folds">
    <thead>
      <tr>
        {['Name', about, 'May', 'State', 'Expires', 'Last used'].map((word) => (
          <th key={word}>{word}</th>
        ))}
        <th>
          <span className="hidden-word">Acts</span>
        </th>
      </tr>
    </thead>
    <tbody>
      {rows.map((row) => (
        <tr key={row.id}>
          <td data-label="Name" className="foreign">
            {row.name}
          </td>
          <td data-label={about} className="foreign">
            {row.about}
          </td>
          <td data-label="May">{row.scopes.join(', ')}</td>
          <td data-label="State">{stateOf(row)}</td>
          <td data-label="Expires">{row.expiresAt === null ? 'never' : <Ago at={row.expiresAt} />}</td>
          <td data-label="Last used">{row.lastUsedAt === null ? 'never' : <Ago at={row.lastUsedAt} />}</td>
          <td>
            {row.revokedAt === null && (
              <button type="button" className="button small danger" disabled={busy} onClick={() => onRevoke(row)}>
                Revoke
                <span className="hidden-word"> {row.name}</span>
              </button>
            )}
          </td>
        </tr>
      ))}
    </tbody>
  </table>
);
