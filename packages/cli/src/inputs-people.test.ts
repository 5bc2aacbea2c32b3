import { expect, test } from 'vitest';
import { rolesByProject } from './inputs-people.ts';

test('roles are pairs with commas between; none takes a role away', () => {
  expect(rolesByProject.parse(' shop=tester, blog=none')).toEqual({ shop: 'tester', blog: null });
});

test.each(['shop', 'shop=', '=tester', 'shop=owner', 'shop=tester,', 'shop=tester blog=viewer', ''])(
  '"%s" is refused',
  (text) => {
    expect(rolesByProject.safeParse(text).error?.issues.map(({ message }) => message)).toEqual([
      'must be project=role with commas between; roles: viewer, developer, tester, admin, none',
    ]);
  },
);
