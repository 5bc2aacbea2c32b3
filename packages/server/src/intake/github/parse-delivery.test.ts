import { readdirSync, readFileSync } from 'node:fs';
import { join, sep } from 'node:path';
import { describe, expect, it } from 'vitest';
import { type Ignored, parseDelivery } from './parse-delivery.ts';
import { processDelivery } from './process-delivery.ts';

const folder = join(import.meta.dirname, '../../../../../test/fixtures/github/webhooks');
const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((file) => file.endsWith('.json'));
const read = (file: string) => JSON.parse(readFileSync(join(folder, file), 'utf8'));
const line = (event: ReturnType<typeof parseDelivery>): string => {
  if (event.kind === 'ignored') return `ignored: ${(event as Ignored).reason}`;
  if ('pull' in event) return `${event.kind} #${event.pull.number} ${'cause' in event ? event.cause : ''}`.trim();
  return event.kind === 'branch-pushed' ? `${event.kind} ${event.branch}` : event.kind;
};

describe('recorded payloads', () => {
  it('are each understood, or ignored with a reason', () => {
    const lines = files.sort().map((file) => `${file}: ${line(parseDelivery(file.split(sep)[0] ?? '', read(file)))}`);

    expect(lines).toMatchInlineSnapshot(`
      [
        "check_run/completed.payload.json: ignored: Slipway has no use for the event check_run",
        "check_run/created.payload.json: ignored: Slipway has no use for the event check_run",
        "check_run/requested_action.payload.json: ignored: Slipway has no use for the event check_run",
        "check_run/rerequested.payload.json: ignored: Slipway has no use for the event check_run",
        "check_suite/completed.payload.json: ignored: Slipway has no use for the event check_suite",
        "check_suite/requested.payload.json: ignored: Slipway has no use for the event check_suite",
        "create/payload.json: ignored: Slipway has no use for the event create",
        "delete/payload.json: ignored: Slipway has no use for the event delete",
        "deployment/gh-pages.payload.json: ignored: Slipway has no use for the event deployment",
        "deployment/payload.json: ignored: Slipway has no use for the event deployment",
        "deployment/with-installation.payload.json: ignored: Slipway has no use for the event deployment",
        "deployment_status/payload.json: ignored: Slipway has no use for the event deployment_status",
        "installation/created.payload.json: ignored: Slipway has no use for the event installation",
        "installation/created.with-requester.payload.json: ignored: Slipway has no use for the event installation",
        "installation/deleted.payload.json: ignored: Slipway has no use for the event installation",
        "installation/new_permissions_accepted.payload.json: ignored: Slipway has no use for the event installation",
        "installation/suspend.payload.json: ignored: Slipway has no use for the event installation",
        "installation/unsuspend.payload.json: ignored: Slipway has no use for the event installation",
        "installation_repositories/added.payload.json: ignored: Slipway has no use for the event installation_repositories",
        "installation_repositories/removed.payload.json: ignored: Slipway has no use for the event installation_repositories",
        "issue_comment/created.payload.json: ignored: the comment is on an issue, not on a pull request",
        "merge_group/checks_requested.payload.json: ignored: Slipway has no use for the event merge_group",
        "ping/payload.json: pinged",
        "ping/with-app_id.payload.json: pinged",
        "ping/with-organization.payload.json: ignored: the ping is of an organisation's webhook",
        "pull_request/closed.payload.json: pull-request-closed #2",
        "pull_request/converted_to_draft.payload.json: pull-request-updated #2 edited",
        "pull_request/labeled.payload.json: pull-request-updated #2 labeled",
        "pull_request/opened.payload.json: pull-request-opened #2",
        "pull_request/opened.with-null-body.json: pull-request-opened #2",
        "pull_request/ready_for_review.payload.json: pull-request-updated #2 ready",
        "pull_request/reopened.payload.json: pull-request-opened #2",
        "pull_request/synchronize.payload.json: pull-request-updated #2 synchronize",
        "pull_request_review/submitted.payload.json: ignored: Slipway has no use for the event pull_request_review",
        "push/1.payload.json: ignored: the push is not to a branch",
        "push/payload.json: ignored: the push is not to a branch",
        "push/with-installation.payload.json: ignored: the push is not to a branch",
        "push/with-new-branch.payload.json: branch-pushed master",
        "push/with-no-username-committer.payload.json: branch-pushed master",
        "push/with-organization.payload.json: ignored: the push is not to a branch",
        "release/published.payload.json: ignored: Slipway has no use for the event release",
        "repository/publicized.payload.json: ignored: Slipway has no use for the event repository",
        "repository/renamed.payload.json: ignored: Slipway has no use for the event repository",
        "repository/transferred.payload.json: ignored: Slipway has no use for the event repository",
        "status/payload.json: ignored: Slipway has no use for the event status",
        "workflow_run/completed.payload.json: ignored: Slipway has no use for the event workflow_run",
      ]
    `);
  });

  it('become the facts of the pull request', () => {
    expect(parseDelivery('pull_request', read('pull_request/synchronize.payload.json'))).toMatchInlineSnapshot(`
      {
        "cause": "synchronize",
        "kind": "pull-request-updated",
        "pull": {
          "author": "Codertocat",
          "base": "master",
          "branch": "changes",
          "draft": false,
          "fork": false,
          "labels": [
            "bug",
          ],
          "number": 2,
          "sha": "ec26c3e57ca3a959ca5aad62de7213c562f8c821",
          "title": "Update the README with new information.",
          "updatedAt": "2019-05-15T15:20:33.000Z",
        },
        "repository": "Codertocat/Hello-World",
        "sender": "Codertocat",
      }
    `);
  });

  it('are read from the stored bytes the same way', () => {
    const body = readFileSync(join(folder, 'push/with-new-branch.payload.json'));

    expect(processDelivery({ event: 'push', body })).toEqual(parseDelivery('push', JSON.parse(body.toString())));
    expect(() => processDelivery({ event: 'push', body: body.subarray(1) })).toThrow('it is not JSON');
  });
});

describe('parseDelivery', () => {
  const pull = (change: (payload: ReturnType<typeof read>) => void) => {
    const payload = read('pull_request/opened.payload.json');
    change(payload);
    return parseDelivery('pull_request', payload);
  };

  it.each([
    ['unlabeled', 'labeled'],
    ['edited', 'edited'],
    ['converted_to_draft', 'edited'],
    ['ready_for_review', 'ready'],
  ])('takes pull_request %s for an update', (action, cause) => {
    expect(pull((payload) => (payload.action = action))).toMatchObject({ kind: 'pull-request-updated', cause });
  });

  it('sees a fork, also a deleted one', () => {
    expect(pull((payload) => (payload.pull_request.head.repo.full_name = 'mallory/Hello-World'))).toMatchObject({
      pull: { fork: true },
    });
    expect(pull((payload) => (payload.pull_request.head.repo = null))).toMatchObject({ pull: { fork: true } });
    expect(pull((payload) => (payload.pull_request.head.repo.full_name = 'codertocat/hello-world'))).toMatchObject({
      pull: { fork: false },
    });
  });

  it('takes whatever is said about a closed pull request for its closing', () => {
    const event = pull((payload) => {
      payload.action = 'labeled';
      payload.pull_request.state = 'closed';
    });

    expect(event).toMatchObject({ kind: 'pull-request-closed', merged: false });
  });

  it('calls the author of a deleted account ghost, as GitHub does', () => {
    expect(pull((payload) => (payload.pull_request.user = null))).toMatchObject({ pull: { author: 'ghost' } });
  });

  it('puts times into one form, so that they can be compared as text', () => {
    expect(pull((payload) => (payload.pull_request.updated_at = '2026-11-20T12:00:00+02:00'))).toMatchObject({
      pull: { updatedAt: '2026-11-20T10:00:00.000Z' },
    });
  });

  it('names the field that is absent or odd', () => {
    expect(() => pull((payload) => (payload.pull_request.head.sha = 'HEAD; rm -rf /'))).toThrow(
      'pull_request.head.sha: a full commit id',
    );
    expect(() => pull((payload) => (payload.repository.full_name = '../../etc'))).toThrow('repository.full_name');
    expect(() => parseDelivery('push', null)).toThrow('not what this endpoint takes');
    expect(() => parseDelivery('push', [])).toThrow('not what this endpoint takes');
  });

  it('ignores an action or event that is new to it', () => {
    expect(line(pull((payload) => (payload.action = 'constructor')))).toBe(
      'ignored: Slipway has no use for pull_request constructor',
    );
    expect(line(parseDelivery('hasOwnProperty', {}))).toBe('ignored: Slipway has no use for the event hasOwnProperty');
  });

  const comment = (change: (payload: ReturnType<typeof read>) => void) => {
    const payload = read('issue_comment/created.payload.json');
    payload.issue.pull_request = { url: 'https://api.github.com/repos/Codertocat/Hello-World/pulls/1' };
    payload.comment.body = '/slipway rebuild fresh\nplease';
    change(payload);
    return parseDelivery('issue_comment', payload);
  };

  it('reads a command from a comment on a pull request', () => {
    expect(comment(() => undefined)).toEqual({
      kind: 'comment-commanded',
      repository: 'Codertocat/Hello-World',
      number: 1,
      command: { verb: 'rebuild', fresh: true },
      sender: 'Codertocat',
      at: '2019-05-15T15:20:21.000Z',
    });
  });

  it('ignores other comments', () => {
    expect(line(comment((payload) => (payload.action = 'edited')))).toContain('not when it is edited');
    expect(line(comment((payload) => delete payload.issue.pull_request))).toContain('is on an issue');
    expect(line(comment((payload) => (payload.sender.type = 'Bot')))).toContain('by a bot');
    expect(line(comment((payload) => (payload.comment.body = 'thanks')))).toContain('no /slipway command');
    expect(line(comment((payload) => (payload.comment.body = null)))).toContain('no /slipway command');
  });

  it('reads a push to a branch with a slash in it', () => {
    const payload = { ...read('push/with-new-branch.payload.json'), ref: 'refs/heads/feature/a/b' };

    expect(parseDelivery('push', payload)).toMatchObject({
      kind: 'branch-pushed',
      branch: 'feature/a/b',
      deleted: false,
    });
  });
});
