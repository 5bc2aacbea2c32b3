/**
 * What a production holds that must not live on in a copy: by entry, the SQL that makes it so in a real database of Odoo 19.
 * A table or column that such a database does not have is made, as an older series or another module would have it.
 */
const table = (name: string, ...columns: readonly string[]): string =>
  `create table if not exists ${name} (id serial primary key, ${columns.join(', ')})`;

const transaction = (reference: string, state: string): string =>
  `insert into payment_transaction (provider_id, payment_method_id, currency_id, partner_id, reference, state, amount)
   select 14, (select min(id) from payment_method), (select min(id) from res_currency), 3, '${reference}', '${state}', 10`;

export const PRODUCTION: Readonly<Record<string, readonly string[]>> = {
  'mail-catcher': [],
  'mail-servers-off': [
    `insert into ir_mail_server (name, smtp_host, smtp_port, smtp_encryption, smtp_authentication, smtp_user, smtp_pass, from_filter, active)
     values ('Production', 'smtp.example.com', 587, 'starttls', 'login', 'robot@example.com', 'c4nary-smtp-password', 'example.com', true)`,
  ],
  'mail-servers-nowhere': [],
  'mail-fetch-off': [
    `insert into fetchmail_server (name, server_type, server, port, "user", password, active, state)
     values ('Inbox', 'imap', 'imap.example.com', 993, 'inbox@example.com', 'c4nary-imap-password', true, 'done')`,
  ],
  'mail-fetch-nowhere': [],
  'mail-template-server': [
    `update mail_template set mail_server_id = (select id from ir_mail_server where name = 'Production') where id = (select min(id) from mail_template)`,
  ],
  'mail-alias-domain': [
    `insert into mail_alias_domain (name, bounce_alias, catchall_alias, default_from) values ('example.com', 'bounce', 'catchall', 'notifications')`,
  ],
  'mail-alias-names': [
    `update mail_alias set alias_name = 'sales', alias_domain_id = (select max(id) from mail_alias_domain), alias_full_name = 'sales@example.com'
      where id = (select min(id) from mail_alias)`,
  ],
  'mail-push-devices': [
    `insert into mail_push_device (partner_id, endpoint, keys) values (3, 'https://push.example.com/c4nary', 'k')`,
  ],
  'mail-push-devices-17': [
    table('mail_partner_device', 'endpoint text'),
    `insert into mail_partner_device (endpoint) values ('e')`,
  ],
  'mail-ice-servers': [
    `insert into mail_ice_server (server_type, uri, username, credential) values ('turn', 'turn:turn.example.com', 'u', 'c4nary-turn')`,
  ],
  'mail-calls': [
    `insert into discuss_channel (name, channel_type, uuid, sfu_channel_uuid, sfu_server_url) values ('A call', 'channel', 'c4nary-chat', 'c4nary-call', 'https://sfu.example.com')`,
  ],
  'queue-mails': [
    `with m as (insert into mail_message (message_type, subject, date) values ('email', 'waiting', now()) returning id)
     insert into mail_mail (mail_message_id, state, email_to) select id, 'outgoing', 'customer@example.com' from m`,
  ],
  'queue-sms': [`insert into sms_sms (number, body, state, uuid) values ('+15550100', 'waiting', 'outgoing', 'u-1')`],
  'queue-letters': [
    `insert into snailmail_letter (model, res_id, partner_id, company_id, state) values ('account.move', 1, 3, 1, 'pending')`,
  ],
  'queue-mailings': [
    `insert into utm_source (name) values ('waiting sale')`,
    `insert into mailing_mailing (source_id, mailing_model_id, subject, email_from, schedule_type, state, mailing_type, reply_to_mode, active)
     select (select max(id) from utm_source), (select id from ir_model where model = 'res.partner'), 'Sale', 'shop@example.com', 'now', 'in_queue', 'mail', 'update', true`,
  ],
  'queue-mailing-servers': [
    `update mailing_mailing set mail_server_id = (select id from ir_mail_server where name = 'Production')`,
  ],
  'queue-scheduled-messages': [
    `insert into mail_scheduled_message (res_id, author_id, model, scheduled_date) values (1, 3, 'res.partner', now())`,
  ],
  'queue-message-schedule': [
    `insert into mail_message_schedule (mail_message_id, scheduled_datetime) select max(id), now() from mail_message`,
  ],
  'queue-digests': [],
  'queue-calendar-alarms': [],
  'queue-jobs': [table('queue_job', 'state varchar'), `insert into queue_job (state) values ('pending'), ('started')`],
  'queue-edi-documents': [
    table('account_edi_document', 'state varchar'),
    `insert into account_edi_document (state) values ('to_send'), ('to_cancel')`,
  ],
  'queue-edi-exchange': [
    table('edi_exchange_record', 'edi_exchange_state varchar'),
    `insert into edi_exchange_record (edi_exchange_state) values ('output_pending')`,
  ],
  'queue-cron-triggers': [`insert into ir_cron_trigger (cron_id, call_at) select min(id), now() from ir_cron`],
  'crons-off': [`update ir_cron set active = true`],
  'automation-outgoing': [
    `insert into ir_act_server (name, type, binding_type, model_id, usage, state, webhook_url)
     select '{"en_US": "Call"}', 'ir.actions.server', 'action', id, 'ir_actions_server', 'webhook', 'https://hooks.example.com/c4nary'
       from ir_model where model = 'res.partner'`,
  ],
  'automation-code': [
    `insert into ir_act_server (name, type, binding_type, model_id, usage, state, code)
     select '{"en_US": "Call"}', 'ir.actions.server', 'action', id, 'ir_actions_server', 'code', 'key = "sk_live_c4nary"' from ir_model where model = 'res.partner'`,
  ],
  'automation-incoming': [
    `insert into base_automation (name, model_id, trigger, webhook_uuid, active)
     select '{"en_US": "Hook"}', id, 'on_webhook', 'd2c1b9b2-0f5e-4b7c-9d65-2f7b8a6a1c11', true from ir_model where model = 'res.partner'`,
  ],
  'logins-password': [`update res_users set password = '$pbkdf2-sha512$600000$c4nary$c4nary' where id = 2`],
  'logins-api-keys': [
    `insert into res_users_apikeys (name, user_id, scope, index, key) values ('robot', 2, 'rpc', 'c4nary12', 'c4nary-api-key')`,
  ],
  'logins-oca-api-keys': [table('auth_api_key', 'name varchar'), `insert into auth_api_key (name) values ('robot')`],
  'logins-passkeys': [
    `insert into auth_passkey_key (name, credential_identifier, public_key) values ('phone', 'c4nary-passkey', 'pk')`,
  ],
  'logins-trusted-devices': [
    `insert into auth_totp_device (name, user_id, index, key) values ('laptop', 2, 'c4nary34', 'c4nary-device')`,
  ],
  'logins-devices': [
    `insert into res_device_log (user_id, session_identifier, first_activity) values (2, 'c4nary-session', now())`,
  ],
  'logins-deletions': [`insert into res_users_deletion (user_id, user_id_int, state) values (2, 2, 'todo')`],
  'logins-ldap': [
    table('res_company_ldap', 'ldap_server varchar', 'ldap_password varchar'),
    `insert into res_company_ldap (ldap_server, ldap_password) values ('ldap.example.com', 'c4nary-ldap')`,
  ],
  'logins-oauth-off': [`update auth_oauth_provider set enabled = true, client_id = 'c4nary-oauth-client'`],
  'logins-oauth-clients': [],
  'logins-saml-off': [
    table('auth_saml_provider', 'active boolean'),
    `insert into auth_saml_provider (active) values (true)`,
  ],
  'payment-providers-off': [
    `update payment_provider set state = 'enabled', is_published = true, paypal_client_id = 'c4nary-paypal', paypal_client_secret = 'c4nary-paypal-secret',
            paypal_access_token = 'c4nary-paypal-token', paypal_webhook_id = 'c4nary-paypal-hook' where code = 'paypal'`,
    `update payment_provider set state = 'enabled', stripe_secret_key = 'c4nary-stripe', stripe_publishable_key = 'c4nary-stripe-public',
            stripe_webhook_secret = 'c4nary-stripe-hook' where code = 'stripe'`,
  ],
  'payment-acquirers-off': [
    table('payment_acquirer', 'state varchar'),
    `insert into payment_acquirer (state) values ('enabled')`,
  ],
  'payment-providers-hidden': [`update payment_provider set is_published = true where state = 'disabled'`],
  'payment-accounts': [],
  'payment-tokens-off': [
    `insert into payment_token (provider_id, payment_method_id, partner_id, provider_ref, active)
     select 14, (select min(id) from payment_method), 3, 'c4nary-card', true`,
  ],
  'payment-tokens-off-14': [
    `alter table payment_token add column acquirer_ref varchar`,
    `update payment_token set acquirer_ref = 'c4nary-old-card'`,
  ],
  'payment-transactions': [transaction('T1', 'pending'), transaction('T2', 'authorized'), transaction('T3', 'done')],
  'pos-terminals': [
    `insert into pos_payment_method (name, payment_method_type, use_payment_terminal, active) values ('{"en_US": "Card"}', 'terminal', 'adyen', true)`,
  ],
  'pos-terminal-accounts': [
    `alter table pos_payment_method add column adyen_terminal_identifier varchar`,
    `update pos_payment_method set adyen_terminal_identifier = 'c4nary-terminal'`,
  ],
  'pos-devices-config': [
    `insert into pos_config (name, company_id, picking_type_id, iface_tax_included, picking_policy, self_ordering_mode, self_ordering_service_mode, self_ordering_pay_after, proxy_ip, access_token)
     select 'Shop', 1, (select min(id) from stock_picking_type), 'total', 'direct', 'nothing', 'counter', 'each', '192.0.2.7', 'c4nary-pos'`,
  ],
  'pos-devices-printer': [
    `insert into pos_printer (name, company_id, printer_type, proxy_ip) values ('Kitchen', 1, 'iot', '192.0.2.8')`,
  ],
  'delivery-test': [`update delivery_carrier set prod_environment = true`],
  'delivery-carriers-off': [
    `update delivery_carrier set delivery_type = 'dhl' where id = (select min(id) from delivery_carrier)`,
  ],
  'iap-accounts': [
    `insert into iap_account (service_id, name, account_token) select min(id), 'Credits', 'c4nary-iap-token' from iap_service`,
  ],
  'google-calendar-off': [
    `update res_users_settings set google_synchronization_stopped = false, google_calendar_rtoken = 'c4nary-google', google_calendar_token = 'c4nary-google-token'`,
  ],
  'microsoft-calendar-off': [
    `update res_users_settings set microsoft_synchronization_stopped = false, microsoft_calendar_sync_token = 'c4nary-ms'`,
  ],
  'google-calendar-logins': [
    table('google_calendar_credentials', 'calendar_rtoken varchar'),
    `insert into google_calendar_credentials (calendar_rtoken) values ('c4nary')`,
  ],
  'microsoft-calendar-logins': [
    table('microsoft_calendar_credentials', 'calendar_token varchar'),
    `insert into microsoft_calendar_credentials (calendar_token) values ('c4nary')`,
  ],
  'calendar-clients': [
    `insert into calendar_provider_config (external_calendar_provider, cal_client_id, cal_client_secret) values ('google', 'c4nary-client', 'c4nary-client-secret')`,
  ],
  'sms-account': [
    `update res_company set sms_twilio_account_sid = 'c4nary-sid', sms_twilio_auth_token = 'c4nary-twilio'`,
  ],
  'edi-users': [
    table('account_edi_proxy_client_user', 'active boolean', 'id_client varchar', 'refresh_token varchar'),
    `insert into account_edi_proxy_client_user (active, id_client, refresh_token) values (true, 'c4nary-edi', 'c4nary-edi-token')`,
  ],
  'certificate-keys': [
    `insert into ir_attachment (name, type, res_model, res_field, res_id, db_datas) values ('key', 'binary', 'certificate.key', 'content', 1, 'c4nary-key')`,
  ],
  'social-accounts': [table('social_account', 'active boolean'), `insert into social_account (active) values (true)`],
  'settings-forms': [
    `insert into res_config_settings (company_id, default_picking_policy, auth_oauth_google_client_id) values (1, 'direct', 'c4nary-form')`,
  ],
  'iot-boxes': [table('iot_box', 'ip varchar'), `insert into iot_box (ip) values ('192.0.2.9')`],
  'storage-options': [
    table('fs_storage', 'options text'),
    `insert into fs_storage (options) values ('{"secret": "c4nary-s3"}')`,
  ],
  'kiosk-keys': [],
  'website-domain': [`update website set domain = 'https://shop.example.com'`],
  'website-analytics': [
    `update website set google_analytics_key = 'G-C4NARY', google_search_console = 'c4nary.html', plausible_site = 'example.com'`,
  ],
  'website-code': [
    `update website set custom_code_head = '<script>c4nary</script>', custom_code_footer = '<script>c4nary</script>'`,
  ],
  'website-cdn': [`update website set cdn_activated = true, cdn_url = 'https://cdn.example.com'`],
  'website-robots': [`update website set robots_txt = null`],
  banner: [],
  credentials: [
    `alter table res_company add column x_studio_erp_api_key varchar, add column x_certificate_password varchar not null default 'c4nary-required'`,
    `update res_company set x_studio_erp_api_key = 'c4nary-studio'`,
    `update res_users set totp_secret = 'c4nary-totp', oauth_access_token = 'c4nary-oauth', microsoft_calendar_token = 'c4nary-ms-token' where id = 2`,
    `insert into change_password_own (new_password) values ('c4nary-wizard')`,
  ],
  links: [`update res_users set signature = signature`, `update project_task set access_token = 'c4nary-link'`],
  identity: [
    `update ir_config_parameter set value = 'https://odoo.example.com' where key = 'web.base.url'`,
    `insert into ir_config_parameter (key, value) values ('report.url', 'https://odoo.example.com')`,
  ],
  endpoints: [`insert into ir_config_parameter (key, value) values ('iap.endpoint', 'https://iap.example.com')`],
  'lead-enrichment': [`insert into ir_config_parameter (key, value) values ('crm.iap.lead.enrich.setting', 'auto')`],
  'mail-catchall': [`insert into ir_config_parameter (key, value) values ('mail.catchall.domain', 'example.com')`],
  'parameters-known': [`insert into ir_config_parameter (key, value) values ('database.enterprise_code', 'M0C4NARY')`],
  'parameters-by-name': [
    `insert into ir_config_parameter (key, value) values ('my_custom.api_token', 'c4nary-custom'), ('mail.twilio_account_sid', 'c4nary-twilio-sid'),
       ('google_gmail_client_secret', 'c4nary-gmail'), ('erp.password', 'c4nary word'), ('shop.webhook_url', 'c4nary-hook')`,
  ],
  'parameters-by-value': [
    `insert into ir_config_parameter (key, value) values ('erp.address', 'https://robot:c4nary-url@erp.example.com/api'), ('erp.thing', 'c4nary0123456789abcdefABCDEF'),
       ('signing', '-----BEGIN RSA PRIVATE KEY----- c4nary'), ('stripe', 'sk_live_c4nary')`,
  ],
  'parameters-of-the-project': [
    `insert into ir_config_parameter (key, value) values ('erp.test', 'https://erp.example.com')`,
  ],
};
