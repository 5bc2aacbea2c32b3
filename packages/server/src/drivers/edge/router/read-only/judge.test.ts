import { describe, expect, it } from 'vitest';
import { bodyReads } from './judge-body.ts';
import { judgeRequest } from './judge-request.ts';

describe('what stands in the path', () => {
  it.each([
    ['GET', '/odoo/sales', 'reads'],
    ['GET', '/web/assets/1/x.js', 'reads'],
    ['HEAD', '/web/login', 'reads'],
    ['OPTIONS', '/json/2/res.partner/create', 'reads'],
    ['GET', '/web/session/logout', 'reads'],
    ['GET', '/lead/case_mark_won', 'writes'],
    ['GET', '/calendar/recurrence/accept', 'writes'],
    ['POST', '/web/login', 'reads'],
    ['POST', '/web/dataset/call_kw/res.partner/web_search_read', 'reads'],
    ['POST', '/web/dataset/call_kw/sale.order/onchange', 'reads'],
    ['POST', '/web/dataset/call_kw/res.partner/web_save', 'writes'],
    ['POST', '/web/dataset/call_kw/res.partner/load', 'writes'],
    ['POST', '/web/dataset/call_button/sale.order/action_confirm', 'writes'],
    ['POST', '/web/dataset/call_button/sale.order/action_view_invoice', 'reads'],
    ['POST', '/web/dataset/call_kw', 'look'],
    ['POST', '/jsonrpc', 'look'],
    ['POST', '/xmlrpc/2/object', 'look'],
    ['POST', '/xmlrpc/2/common', 'reads'],
    ['POST', '/xmlrpc/2/db', 'writes'],
    ['POST', '/json/2/res.partner/search_read', 'reads'],
    ['POST', '/json/2/res.partner/create', 'writes'],
    ['POST', '/json/2/res.partner/search_read/x', 'writes'],
    ['PUT', '/json/2/res.partner/read', 'writes'],
    ['DELETE', '/', 'writes'],
    ['POST', '/web/action/load', 'reads'],
    ['POST', '/web/action/run', 'reads'],
    ['POST', '/web/webclient/version_info', 'reads'],
    ['POST', '/mail/data', 'reads'],
    ['POST', '/mail/message/post', 'writes'],
    ['POST', '/longpolling/poll', 'reads'],
    ['POST', '/websocket/peek_notifications', 'reads'],
    ['POST', '/web/binary/upload_attachment', 'writes'],
    ['POST', '/shop/cart/update', 'writes'],
    ['POST', '/web//dataset/call_kw/res.partner/read', 'writes'],
    ['POST', '/web/dataset/call_kw/res.partner/read/../unlink', 'writes'],
    ['POST', '/anything/of/a/module', 'writes'],
  ])('%s %s %s', (method, path, expected) => {
    expect(judgeRequest(method, path)).toBe(expected);
  });
});

const call = (...args: unknown[]): string =>
  JSON.stringify({ jsonrpc: '2.0', params: { service: 'object', method: 'execute_kw', args } });

describe('what stands in a body of JSON', () => {
  it.each([
    ['/jsonrpc', call('prod', 2, 'pw', 'res.partner', 'search_read', [[]]), true],
    ['/jsonrpc', call('prod', 2, 'pw', 'res.partner', 'create', [{}]), false],
    ['/jsonrpc', call('prod', 2, 'pw', 'res.partner', ['read']), false],
    ['/jsonrpc', call('prod', 2), false],
    ['/jsonrpc', JSON.stringify({ params: { service: 'common', method: 'version', args: [] } }), true],
    ['/jsonrpc', JSON.stringify({ params: { service: 'db', method: 'drop', args: [] } }), false],
    ['/jsonrpc', JSON.stringify({ params: { method: 'read', args: [] } }), false],
    ['/jsonrpc', '[]', false],
    ['/jsonrpc', '{"params":', false],
    ['/web/dataset/call_kw', JSON.stringify({ params: { model: 'res.partner', method: 'read', args: [] } }), true],
    ['/web/dataset/call_kw', JSON.stringify({ params: { model: 'res.partner', method: 'write', args: [] } }), false],
    ['/web/dataset/call_kw', JSON.stringify({ params: { service: 'common', method: 'login', model: 'x' } }), false],
  ])('%s %s reads: %s', (path, body, expected) => {
    expect(bodyReads(path, body)).toBe(expected);
  });
});

describe('what stands in a body of XML-RPC', () => {
  const xml = (method: string, more = '', name = 'execute_kw'): string => `<?xml version='1.0'?>
<methodCall>
<methodName>${name}</methodName>
<params>${more}
<param>
<value><string>prod</string></value>
</param>
<param><value><int>2</int></value></param><param><value>pass &amp; word</value></param>
<param><value><string>res.partner</string></value></param>
<param><value><string>${method}</string></value></param>
<param><value><array><data></data></array></value></param>
</params></methodCall>`;

  it.each([
    [xml('search_count'), true],
    [xml('read', '', 'execute'), true],
    [xml('write'), false],
    [xml('read</string></value></param><param><value><string>write'), true],
    [xml('re<!-- x -->ad'), false],
    [xml('&#114;ead'), false],
    [xml('read', '<param><value><array/></value></param>'), false],
    [xml('read', '', 'exec_workflow'), false],
    [`<!DOCTYPE x>${xml('read')}`, false],
    ['', false],
  ])('%s reads: %s', (body, expected) => {
    expect(bodyReads('/xmlrpc/2/object', body)).toBe(expected);
  });
});
