import { CATCHER } from './identity.ts';

/** In front of each result on the script's output. */
export const PROBE_MARK = 'SLIPWAY-PROBE ';

/**
 * Python for `odoo shell` (on its standard input), on a database that is thrown away: tries to get out in every way that Odoo has,
 * commits so that what waits for a commit happens too, and prints what came of it. Every connection is written down as it is
 * tried, whoever tries it. The cron that clears away is left out: it deletes attachments' files.
 */
export const probeScript = (budgetSeconds: number): string => `
import json, signal, socket, time
MARK, EACH, UNTIL = ${JSON.stringify(PROBE_MARK)}, 20, time.time() + ${budgetSeconds}

class TooLong(BaseException):
    pass

doors = set()
for name, port in ((${JSON.stringify(CATCHER.host)}, ${CATCHER.port}), ('proxy.slipway.internal', 3128)):
    try:
        doors.update((found[4][0], port) for found in socket.getaddrinfo(name, port))
    except OSError:
        pass

seen = []
connect = socket.socket.connect

def watched(self, address):
    if self.family not in (socket.AF_INET, socket.AF_INET6):
        return connect(self, address)
    where = tuple(address[:2])
    inside = where in doors or str(where[0]).startswith('127.') or where[0] == '::1'
    try:
        answer = connect(self, address)
        seen.append(['%s:%s' % where, 'inside' if inside else 'left'])
        return answer
    except BaseException as failed:
        seen.append(['%s:%s' % where, type(failed).__name__])
        raise

socket.socket.connect = watched

def late(*_):
    raise TooLong('longer than %s s' % EACH)

signal.signal(signal.SIGALRM, late)

def probe(kind, name, work):
    del seen[:]
    begun, outcome, text = time.time(), 'done', ''
    if begun > UNTIL:
        outcome, text = 'skipped', 'no time was left'
    else:
        signal.alarm(EACH)
        try:
            text = str(work() or '')
            env.cr.commit()
        except BaseException as failed:
            outcome, text = 'error', '%s: %s' % (type(failed).__name__, failed)
            signal.alarm(0)
            env.cr.rollback()
        finally:
            signal.alarm(0)
            env.invalidate_all() if hasattr(env, 'invalidate_all') else env.cache.invalidate()
    print(MARK + json.dumps({'kind': kind, 'name': str(name), 'outcome': outcome, 'text': text[:300],
        'connections': seen[:20], 'seconds': round(time.time() - begun, 2)}), flush=True)

def mail():
    if 'mail.mail' in env:
        env['mail.mail'].sudo().create({'subject': 'Slipway probe', 'body_html': 'A probe.', 'email_from': 'probe@example.com',
            'email_to': 'probe@example.com'}).send(raise_exception=True)
        return
    servers = env['ir.mail_server']
    build = getattr(servers, '_build_email__', None) or servers.build_email
    servers.send_email(build('probe@example.com', ['probe@example.com'], 'Slipway probe', 'A probe.'))

def webhook():
    action = env['ir.actions.server'].create({'name': 'Slipway probe', 'model_id': env.ref('base.model_res_partner').id,
        'state': 'webhook', 'webhook_url': 'https://example.com/slipway-probe'})
    action.with_context(active_model='res.partner', active_id=1, active_ids=[1]).run()

def fire(cron):
    # As Odoo's own button does, in a transaction of its own; what goes wrong is told in the answer.
    answer = cron.method_direct_trigger()
    if isinstance(answer, dict):
        told = answer.get('params', {}).get('data', {})
        return 'failed: %s' % (told.get('debug') or told.get('message') or answer).strip().split(chr(10))[-1]

def direct(host, port):
    def work():
        socket.create_connection((host, port), 5).close()
    return work

def web(address):
    def work():
        import requests
        return requests.get(address, timeout=5).status_code
    return work

probe('mail', 'a mail through Odoo', mail)
if 'webhook_url' in env['ir.actions.server']._fields:
    for action in env['ir.actions.server'].search([('state', '=', 'webhook')]):
        target = env[action.model_id.model].search([], limit=1) if action.model_id.model in env else None
        probe('webhook', 'action %s' % action.id, lambda: action.with_context(
            active_model=action.model_id.model, active_id=target.id, active_ids=target.ids).run() if target else 'no record')
    # Last, because it is an action like the others.
    probe('webhook', 'an action that calls a webhook', webhook)
for address in ('http://example.com/', 'https://example.com/', 'http://192.0.2.1/'):
    probe('web', address, web(address))
for host, port in (('example.com', 25), ('192.0.2.1', 443), ('192.0.2.1', 25)):
    probe('direct', '%s:%s' % (host, port), direct(host, port))
vacuum = env.ref('base.autovacuum_job', raise_if_not_found=False)
for cron in env['ir.cron'].with_context(active_test=False).search([], order='id'):
    if not vacuum or cron.id != vacuum.id:
        name = cron.cron_name if 'cron_name' in cron._fields else cron.name
        probe('cron', name, lambda: fire(cron))
print(MARK + 'END', flush=True)
`;
