import type { NewTokenView, TokenView } from '@slipway/contracts/token-views';
import { printable } from '../output/printable.ts';
import type { Screen } from '../output/screen.ts';
import { type Cell, table } from '../output/table.ts';
import { age } from '../output/time.ts';

const isOver = ({ expiresAt }: TokenView, screen: Screen): boolean =>
  expiresAt !== null && Date.parse(expiresAt) <= screen.now.getTime();

const stateCell = (token: TokenView, screen: Screen): Cell => {
  if (token.revokedAt !== null) return { text: 'revoked', colour: 'dim' };
  if (isOver(token, screen)) return { text: 'expired', colour: 'dim' };
  return { text: token.expiresAt === null ? 'for ever' : `until ${token.expiresAt.slice(0, 10)}`, colour: 'green' };
};

export const tokenTable = (tokens: readonly TokenView[], screen: Screen): string =>
  table(
    screen,
    [
      { title: 'NAME' },
      { title: 'E-MAIL', elastic: true },
      { title: 'MAY' },
      { title: 'VALID' },
      { title: 'USED' },
      { title: 'MADE BY' },
    ],
    tokens.map((token) => [
      token.name,
      token.email ?? '-',
      token.scopes.join(', '),
      stateCell(token, screen),
      token.lastUsedAt === null ? 'never' : age(token.lastUsedAt, screen.now),
      token.createdBy,
    ]),
  );

export const newTokenText = ({ name, token, scopes }: NewTokenView, screen: Screen): string =>
  [
    `${screen.ok} ${printable(name)} may ${printable(scopes.join(', '))}. The token is shown this once:`,
    `  ${printable(token)}`,
    `Hand it over on a safe way; it goes into SLIPWAY_TOKEN. To take it back: slipway token revoke ${printable(name)}`,
  ].join('\n');
