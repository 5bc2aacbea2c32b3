import { removeRows, setColumns } from '../blank.ts';
import { type Entry, sql } from '../entry.ts';
import { derived } from '../identity.ts';

const kiosk: Entry = {
  id: 'kiosk-keys',
  why: 'The address of an attendance kiosk of production opens nothing here.',
  holds: 'on-arrival',
  needs: { res_company: ['attendance_kiosk_key'] },
  statements: ({ identity }) => {
    const wanted = derived(identity, 'res_company', 'attendance_kiosk_key');
    return [sql(`update res_company set attendance_kiosk_key = ${wanted} where attendance_kiosk_key <> ${wanted}`)];
  },
  check: ({ identity }) =>
    identity === null
      ? null
      : sql(
          `select 'res_company ' || id as what from res_company where attendance_kiosk_key <> ${derived(identity, 'res_company', 'attendance_kiosk_key')}`,
        ),
};

export const serviceEntries: readonly Entry[] = [
  setColumns({
    id: 'iap-accounts',
    why: 'Services that Odoo sells by credit are not paid from production’s credit. Odoo’s own script leaves the first part of each token.',
    holds: 'on-arrival',
    table: 'iap_account',
    // Replaced as a whole; what ends in +disabled is refused by the services.
    set: { account_token: `'neutralised-' || id || '+disabled'` },
  }),
  setColumns({
    id: 'google-calendar-off',
    why: 'No meeting of a copy is written into anybody’s Google calendar.',
    holds: 'always',
    table: 'res_users_settings',
    set: { google_synchronization_stopped: 'true' },
  }),
  setColumns({
    id: 'microsoft-calendar-off',
    why: 'No meeting of a copy is written into anybody’s Outlook calendar.',
    holds: 'always',
    table: 'res_users_settings',
    set: { microsoft_synchronization_stopped: 'true' },
  }),
  removeRows({
    id: 'google-calendar-logins',
    why: 'Logins to Google calendars of Odoo 15 to 17 are gone.',
    holds: 'on-arrival',
    table: 'google_calendar_credentials',
  }),
  removeRows({
    id: 'microsoft-calendar-logins',
    why: 'Logins to Outlook calendars of Odoo 17 are gone.',
    holds: 'on-arrival',
    table: 'microsoft_calendar_credentials',
  }),
  setColumns({
    id: 'calendar-clients',
    why: 'The client ids of the calendar connections of production are gone.',
    holds: 'on-arrival',
    table: 'calendar_provider_config',
    needs: [],
    set: { cal_client_id: 'null', microsoft_outlook_client_identifier: 'null' },
  }),
  setColumns({
    id: 'sms-account',
    why: 'Text messages are not sent through production’s Twilio account.',
    holds: 'on-arrival',
    table: 'res_company',
    needs: ['sms_twilio_account_sid'],
    set: { sms_twilio_account_sid: 'null' },
  }),
  setColumns({
    id: 'edi-users',
    why: 'No electronic document is sent or fetched for the company: its users at the proxies are in test mode and archived.',
    holds: 'on-arrival',
    table: 'account_edi_proxy_client_user',
    needs: ['active', 'id_client'],
    set: { active: 'false', id_client: `'neutralised-' || id` },
  }),
  removeRows({
    id: 'certificate-keys',
    why: 'Private keys that sign invoices are not in a copy.',
    holds: 'on-arrival',
    table: 'ir_attachment',
    where: `res_model in ('certificate.certificate', 'certificate.key')`,
    needs: ['res_model'],
  }),
  setColumns({
    id: 'social-accounts',
    why: 'Nothing is posted to the company’s accounts at social networks.',
    holds: 'on-arrival',
    table: 'social_account',
    needs: ['active'],
    set: { active: 'false', is_media_disconnected: 'true' },
  }),
  removeRows({
    id: 'settings-forms',
    why: 'What somebody typed into the form of settings stays in its table for hours: accounts and client ids of every service.',
    holds: 'on-arrival',
    table: 'res_config_settings',
  }),
  removeRows({
    id: 'iot-boxes',
    why: 'Scales, printers and terminals belong to the shop, not to a copy.',
    holds: 'on-arrival',
    table: 'iot_box',
  }),
  setColumns({
    id: 'storage-options',
    why: 'Files are not read from or written to a storage of production (OCA’s fs_storage).',
    holds: 'on-arrival',
    table: 'fs_storage',
    needs: ['options'],
    set: { options: 'null', directory_path: 'null' },
  }),
  kiosk,
];
