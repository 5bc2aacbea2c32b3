/** Backups of the shop, shells that were opened, mails that its environments wrote. */
import { AMARA, ago, DAY, environmentName, HOUR, LENA, PRIYA, PROJECT, TOMAS } from './people.ts';

const snapshot = (id: string, kind: string, minutes: number, more: object = {}): object => ({
  ...{ id, project: PROJECT, kind, reason: 'schedule', series: '19.0', modules: 84, rows: 1_204_331, files: 9_120 },
  ...{ bytes: 6_100_000_000, storedBytes: 1_140_000_000, encrypted: kind === 'raw', pinned: false, keep: null },
  ...{ takenAt: ago(minutes), finishedAt: ago(minutes - 2), ...more },
});
export const SNAPSHOTS = [
  snapshot('snap_raw_0931', 'raw', 41, { keep: 'one of the newest 7 days', reason: 'deployment' }),
  snapshot('snap_raw_0930', 'raw', 6 * HOUR, { keep: 'one of the newest 7 days' }),
  snapshot('snap_san_0412', 'sanitised', 7 * HOUR, {
    keep: 'one of the newest 3',
    reason: 'refresh',
    storedBytes: 980_000_000,
  }),
  snapshot('snap_raw_0927', 'raw', DAY + 6 * HOUR, { keep: 'one of the newest 7 days' }),
  snapshot('snap_raw_0902', 'raw', 8 * DAY, { keep: 'one of the newest 4 weeks', pinned: true }),
  snapshot('snap_san_0398', 'sanitised', 9 * DAY, { reason: 'manual', storedBytes: 955_000_000 }),
];
export const DATA = {
  schedules: [
    { name: 'backups', expression: '0 */6 * * *', nextAt: ago(-5 * HOUR - 19), lastAt: ago(41) },
    { name: 'snapshots', expression: '0 3 * * *', nextAt: ago(-17 * HOUR), lastAt: ago(7 * HOUR) },
    { name: 'drill', expression: '0 4 * * 0', nextAt: ago(-2 * DAY), lastAt: ago(5 * DAY) },
  ],
  drill: {
    ...{ snapshot: 'snap_raw_0902', recoveryPointSeconds: 21_600, recoveryTimeSeconds: 214, rowsCompared: 1_198_004 },
    at: ago(5 * DAY),
  },
  archive: { windows: [{ from: ago(7 * DAY), until: ago(1) }], lagSeconds: 41, retainedBytes: 2_400_000_000 },
  events: [],
  failed: [],
};

const shell = (id: string, kind: string, who: typeof LENA, minutes: number, more: object = {}): object => ({
  ...{ id, environment: environmentName('pr-214'), kind, readOnly: false, glass: null, openedBy: who.email },
  ...{ openedAt: ago(minutes), attachedAt: ago(minutes), endsAt: ago(minutes - 120), endedAt: ago(minutes - 14) },
  ...{ exitCode: 0, why: 'exited', recorded: 18_400, ...more },
});
export const SHELLS = [
  shell('shell_31', 'psql', AMARA, 9, { endedAt: null, exitCode: null, why: null, recorded: null }),
  shell('shell_30', 'odoo', LENA, 3 * HOUR, { recorded: 51_200 }),
  shell('shell_29', 'shell', TOMAS, 26 * HOUR, { exitCode: 1, recorded: 4_711 }),
];
export const OPENED = { id: 'shell_32', expiresAt: ago(-1), endsAt: ago(-120), readOnly: false };
/** What a terminal shows. */
export const SCREEN = [
  '\u001b[1;34modoo@pr-214\u001b[0m:\u001b[1;36m/opt/addons\u001b[0m$ ls coffee_*/__manifest__.py | wc -l\r\n',
  '17\r\n',
  '\u001b[1;34modoo@pr-214\u001b[0m:\u001b[1;36m/opt/addons\u001b[0m$ tail -n 2 /var/log/odoo.log\r\n',
  '2026-11-22 04:11:52,103 7 \u001b[32mINFO\u001b[0m odoo_pr_214 werkzeug: "GET /shop/ethiopia-yirgacheffe" 200\r\n',
  '2026-11-22 04:11:58,640 7 \u001b[33mWARNING\u001b[0m odoo_pr_214 odoo.addons.mail: mail caught, not sent\r\n',
  '\u001b[1;34modoo@pr-214\u001b[0m:\u001b[1;36m/opt/addons\u001b[0m$ ',
].join('');
export const GLASS = {
  ...{
    id: 'glass_4',
    project: PROJECT,
    environment: environmentName('production'),
    write: false,
    openedBy: PRIYA.email,
  },
  ...{
    reason: 'Two invoices of the Basel store carry the wrong tax, see ticket 5521',
    openedAt: ago(3),
    until: ago(-27),
  },
  ...{ closedAt: null, closedBy: null, shells: [] },
};

const SHOP = 'Harbour Coffee <hello@harbour-coffee.example>';
interface Written {
  readonly id: string;
  readonly to: string;
  readonly subject: string;
  readonly minutes: number;
  readonly attachments?: readonly object[];
}
const inList = ({ id, to, subject, minutes, attachments = [] }: Written): object => ({
  ...{ id, environment: environmentName('pr-214'), receivedAt: ago(minutes), sender: 'hello@harbour-coffee.example' },
  ...{ recipients: [to], subject, from: SHOP, to, attachments, bytes: 38_204 },
});
const PDF = { name: 'S00412.pdf', type: 'application/pdf', bytes: 31_870 };
const QUOTATION: Written = {
  ...{ id: 'mail_77', to: 'maria.santos@example.com', subject: 'Your order S00412 is confirmed', minutes: 3 },
  attachments: [PDF],
};
export const MAILS = [
  QUOTATION,
  { id: 'mail_76', to: 'maria.santos@example.com', subject: 'Your box ships on Thursday', minutes: 8 },
  {
    id: 'mail_75',
    to: 'office@bakery-lindner.example',
    subject: 'Invoice INV/2026/00871',
    minutes: 55,
    attachments: [{ ...PDF, name: 'INV-2026-00871.pdf' }],
  },
  {
    id: 'mail_74',
    to: 'purchase@green-beans.example',
    subject: 'Request for quotation P00093: Sidamo, 60 bags',
    minutes: 4 * HOUR,
  },
  { id: 'mail_73', to: 'noah.keller@example.com', subject: 'Set your password at Harbour Coffee', minutes: 7 * HOUR },
].map(inList);

const cell = (text: string, end = false): string =>
  `<td style="padding:8px 0;border-bottom:1px solid #e6dfd6${end ? ';text-align:right' : ''}">${text}</td>`;
const row = (one: string, two: string): string => `<tr>${cell(one)}${cell(two, true)}</tr>`;
export const MAIL_HTML = `<html><body style="margin:0;background:#f6f2ec;font:15px/1.5 sans-serif;color:#33261d">
  <div style="max-width:560px;margin:24px auto;padding:28px;background:#fff;border-radius:10px">
  <h1 style="margin:0 0 12px;font-size:22px">Thank you, Maria!</h1>
  <p>Your order <b>S00412</b> is confirmed. It leaves the roastery on Thursday.</p>
  <table style="width:100%;border-collapse:collapse">${row('Ethiopia Yirgacheffe, 1 kg × 2', '€ 58.00')}
  ${row('Harbour Espresso, 500 g', '€ 16.50')}${row('Shipping', '€ 4.90')}${row('<b>Total</b>', '<b>€ 79.40</b>')}</table>
  <p><a href="https://pr-214.harbour-coffee.example/my/orders/412" style="color:#8a4b20">See your order</a></p></div></body></html>`;
export const MAIL = {
  ...inList(QUOTATION),
  ...{
    html: MAIL_HTML,
    text: 'Thank you, Maria!\n\nYour order S00412 is confirmed. It leaves the roastery on Thursday.\n',
  },
};
