import type { MemberView } from '@slipway/contracts/member-views';
import type { Screen } from '../output/screen.ts';
import { table } from '../output/table.ts';
import { age } from '../output/time.ts';

export const memberTable = (members: readonly MemberView[], screen: Screen): string =>
  table(
    screen,
    [
      { title: 'NAME' },
      { title: 'E-MAIL', elastic: true },
      { title: 'ROLE' },
      { title: 'SINCE' },
      { title: 'GIVEN BY' },
    ],
    members.map(({ name, email, role, active, givenBy, givenAt }) => [
      name,
      email,
      active ? role : { text: `${role}, switched off`, colour: 'dim' },
      age(givenAt, screen.now),
      givenBy,
    ]),
  );
