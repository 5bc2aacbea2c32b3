/**
 * Words by which config-safety.ts knows things without a database. Shorter than the sanitising and neutralising rules of the server, which
 * see the data itself and have the last word.
 */

const words = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/));

/** `*.com`, `*.co.uk`. */
export const ANYBODYS = /^\*\.([a-z0-9-]+|(co|com|net|org|gov|ac|edu|or|ne)\.[a-z]{2})$/;

export const MESSAGES = {
  ports: words('25 465 587 2525 143 993 110 995'),
  hosts:
    /(^|\.)(smtp|imap|pop3?|mx\d*|mail)\.|(^|\.)(sendgrid\.(com|net)|mailgun\.(net|org)|mailjet\.com|brevo\.com|sendinblue\.com|postmarkapp\.com|mailchimp\.com|mandrillapp\.com|sparkpost\.com|twilio\.com|vonage\.com|nexmo\.com|messagebird\.com|graph\.facebook\.com|slack\.com|outlook\.office365\.com)$|^email(-smtp)?\..*\.amazonaws\.com$/,
};

export const LIVE_ODOO = /(^|\.)(odoo\.com|odoo\.sh|odoofin\.com)$/;

/** What neutralising sets; with a value of the project's it would not. */
export const OWN_PARAMETERS =
  words(`web.base.url web.base.url.freeze report.url database.uuid database.secret database.is_neutralized
  database.enterprise_code crm.iap.lead.enrich.setting iap.endpoint sms.endpoint snailmail.endpoint enrich.endpoint reveal.endpoint
  iap.partner_autocomplete.endpoint mail.server.gmail.iap.endpoint mail.server.outlook.iap.endpoint`);

export const REPLY_PARAMETERS = /^mail\.(catchall|bounce|default\.from|server|force\.smtp|use_twilio|outgoing)/;

export const SECRET_VALUE =
  /(^|[^A-Za-z0-9])(sk|rk|pk)_live_|-----BEGIN [A-Z ]*PRIVATE KEY|:\/\/[^/@\s]+:[^/@\s]+@|(^|[^A-Za-z0-9])(xox[abprs]-|ghp_|gho_|glpat-|github_pat_|AKIA[0-9A-Z]{12}|AIza[0-9A-Za-z_-]{30}|ya29\.|SG\.[0-9A-Za-z_-]{16})|hooks\.slack\.com\/|discord(app)?\.com\/api\/webhooks\//;

export const SECRET_COLUMN =
  /passw|secret|(^|_)token(_|$)|credential|totp|oauth|(^|_)(api|private|shared|access)_?key|(^|_)(pass|pwd|apikey|jwt|hmac|pin)$/;

const PERSONAL =
  /(^|_)e?mails?(_|$)|phone|mobile|(^|_)fax|whatsapp|iban|acc_number|account_number|(^|_)(vat|ssn|ssnid|tin|siret|nif|cpf|curp)(_|$)|passport|identification|national_id|social_security|birth|(^|_)(street2?|city|zip|address)(_|$)|(^|_)(first_?name|last_?name|surname|full_?name|contact_name|partner_name|employee_name|complete_name|display_name|signature|signed_by|body|comment|note|notes|description|name|login)$|latitude|longitude|(^|_)ip(_address)?$/;
export const personalColumn = (column: string): boolean => PERSONAL.test(column);

const PEOPLES_TABLE =
  /^(res_partner|res_users|res_partner_bank|mail_(message|mail|alias|tracking_value|guest)|hr_(employee|applicant|candidate|contract|version|payslip|expense|leave)\w*|crm_lead|mailing_contact|event_registration|survey_user_input\w*|calendar_(event|attendee)|helpdesk_ticket|sale_order|purchase_order|pos_order|account_move|account_bank_statement_line|payment_transaction|website_visitor|discuss_channel\w*|sms_sms|project_task|membership_\w+)$/;
export const peoplesTable = (table: string): boolean => PEOPLES_TABLE.test(table);

const PEOPLES_MODEL =
  /^(res\.(partner|users|partner\.bank)|mail\.|hr\.|hr$|account\.|crm\.|sale\.order|purchase\.order|sign\.|documents\.document|helpdesk\.|project\.task|calendar\.|survey\.user|event\.registration|discuss\.|fleet\.|pos\.order|payment\.)/;
export const peoplesModel = (model: string): boolean => PEOPLES_MODEL.test(model);

const EMPTIED =
  words(`mail_mail sms_sms sms_tracker snailmail_letter mail_message_schedule mail_scheduled_message mail_push mail_notification
  ir_cron_trigger queue_job fetchmail_attachment whatsapp_message social_live_post marketing_trace res_users_apikeys auth_totp_device
  auth_passkey_key auth_api_key payment_token mail_push_device ir_mail_server fetchmail_server certificate_key certificate_certificate
  res_device_log res_users_log mail_presence bus_presence website_visitor website_track link_tracker_click ir_logging privacy_log
  mail_tracking_value auditlog_log auditlog_log_line auditlog_http_request auditlog_http_session mail_message_reaction`);
export const emptiedTable = (table: string): boolean => EMPTIED.has(table);
