/** The verbs about who is in a project, as api-verbs.test.ts tries each verb. */
import type { MemberView } from '@slipway/contracts/member-views';
import type { ApiCase } from './api-case.ts';

const project = ['--project', 'shop'];
const member: MemberView = {
  ...{ user: 'usr_1', name: 'Ada', email: 'ada@example.com', role: 'developer', active: true, givenBy: 'operator' },
  givenAt: '2026-03-01T10:00:00.000Z',
};

export const MEMBER_CASES: readonly ApiCase[] = [
  {
    path: 'member list',
    words: project,
    replies: { members: () => [member] },
    view: [member],
    reads: 'ada@example.com',
    empty: ['members', 'Nobody is in the project'],
  },
  {
    path: 'member set',
    words: ['ada@example.com', 'developer', ...project],
    replies: { setMember: () => member },
    view: member,
    reads: 'Ada is developer now.',
  },
  {
    path: 'member remove',
    words: ['ada@example.com', ...project],
    replies: { removeMember: () => member },
    view: member,
    reads: 'Ada is not in the project any more.',
  },
];
