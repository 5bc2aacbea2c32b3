import { Failure } from '@slipway/contracts/failure';
import type { memberBody } from '@slipway/contracts/member-views';
import type { Role } from '@slipway/contracts/permissions';
import type { FastifyInstance } from 'fastify';
import type { z } from 'zod';
import type { Slipway } from '../flows/slipway.ts';
import { recordAudit } from '../store/audit.ts';
import { accountNamed, type Member, membersOf, removeRole, setRole } from '../store/memberships.ts';
import { inTransaction, type Queryable } from '../store/queryable.ts';
import { addRoute, type Call } from './api.ts';

/** Who is in a project, and as what. That the project is there, and its administrator asks, was asked before: see authorise.ts. */
export const memberRoutes = (app: FastifyInstance, slipway: Slipway): void => {
  const namesOf = (call: Call) => ({ project: call.parameters['project'] ?? '', user: call.parameters['user'] ?? '' });
  addRoute(app, 'members', (call) => membersOf(slipway.db, namesOf(call).project));
  addRoute(app, 'setMember', (call) => {
    const { project, user } = namesOf(call);
    const { role } = call.body as z.output<typeof memberBody>;
    return inTransaction(slipway.db, async (db) => {
      const account = await accountNamed(db, project, user);
      if (account === null) throw new Failure('user-unknown', { user });
      const former = await setRole(db, { user: account, project, role, by: call.who });
      const member = await memberOf(db, project, account);
      await write(db, call.who, 'member.set', { project, member, former });
      return member;
    });
  });
  addRoute(app, 'removeMember', (call) => {
    const { project, user } = namesOf(call);
    return inTransaction(slipway.db, async (db) => {
      const account = await accountNamed(db, project, user);
      const member = account === null ? undefined : (await membersOf(db, project)).find((one) => one.user === account);
      if (member === undefined) throw new Failure('member-unknown', { user, project });
      await removeRole(db, member.user, project);
      await write(db, call.who, 'member.remove', { project, member, former: member.role });
      return member;
    });
  });
};

const memberOf = async (db: Queryable, project: string, user: string): Promise<Member> =>
  (await membersOf(db, project)).find((one) => one.user === user) as Member;

const write = (
  db: Queryable,
  who: string,
  what: 'member.set' | 'member.remove',
  { project, member, former }: { readonly project: string; readonly member: Member; readonly former: Role | null },
): Promise<void> => {
  const details = { user: member.user, former, ...(what === 'member.set' ? { role: member.role } : {}) };
  return recordAudit(db, { who, what, target: `${project}/${member.email}`, details });
};
