import type { Mask } from '../masks/masks.ts';
import { type ColumnAt, named, type Rule } from './rule.ts';
import {
  actionCode,
  dataModule,
  dataName,
  journalName,
  originOf,
  parameterValue,
  paymentReference,
  savedView,
  templateAddress,
  translated,
} from './specials.ts';

const NULL: Mask = { kind: 'null' };
const sql =
  (make: (at: ColumnAt) => string) =>
  (at: ColumnAt): Mask => ({ kind: 'sql', sql: make(at) });

/** Columns that are masked in a way that their name and type do not tell. */
export const NAMED_COLUMNS: readonly Rule[] = [
  named(
    'setting',
    'secret',
    'Only settings of a list are taken along.',
    'ir_config_parameter.value',
    sql(() => parameterValue),
  ),
  named(
    'record-module',
    'personal',
    'Records that were imported.',
    'ir_model_data.module',
    sql(() => dataModule),
  ),
  named(
    'record-name',
    'personal',
    'Names of records that were imported.',
    'ir_model_data.name',
    sql(() => dataName),
  ),
  named(
    'property-value',
    'personal',
    'Before Odoo 18 the values of fields per company stood here.',
    'ir_property.value_text ir_property.value_binary',
    NULL,
  ),
  named('property-amount', 'personal', 'Costs and credit limits.', 'ir_property.value_float', { kind: 'amount' }),
  named(
    'translation',
    'personal',
    "Before Odoo 16 translations stood here: those of modules are kept, those of people's records are not.",
    'ir_translation.src ir_translation.value',
    sql(translated),
  ),
  named('login', 'personal', 'A login is a name or an address.', 'res_users.login', { kind: 'text', mask: 'login' }),
  named(
    'person-name',
    'personal',
    'Names of people and companies.',
    `res_partner.name res_partner.complete_name res_partner.commercial_company_name res_partner.company_name res_company.name
     hr_employee.name hr_employee.legal_name hr_version.name hr_version.spouse_complete_name hr_employee.emergency_contact
     resource_resource.name crm_lead.partner_name crm_lead.contact_name hr_applicant.partner_name calendar_attendee.common_name
     mail_guest.name event_registration.name event_registration.company_name mailing_contact.name mailing_contact.first_name
     mailing_contact.last_name mailing_contact.company_name res_partner_bank.acc_holder_name survey_user_input.nickname
     project_task.partner_name project_task.partner_company_name account_move.invoice_partner_display_name
     account_bank_statement_line.partner_name payment_transaction.partner_name sale_order.signed_by pos_order.cashier
     pos_payment.cardholder_name blog_post.author_name res_users_settings.livechat_username mail_alias.alias_full_name
     lunch_supplier.name maintenance_equipment.partner_ref rating_rating.res_name rating_rating.parent_res_name`,
    { kind: 'text', mask: 'name' },
  ),
  named(
    'origin',
    'personal',
    'Numbers of documents; what is no such number was typed by somebody.',
    `account_move.invoice_origin sale_order.origin purchase_order.origin stock_picking.origin stock_move.origin
     mrp_production.origin stock_scrap.origin`,
    sql(originOf),
  ),
  named(
    'payment-reference',
    'personal',
    'A vendor chooses his own.',
    'account_move.payment_reference',
    sql(() => paymentReference),
  ),
  named(
    'reference',
    'personal',
    'Numbers and words by which customers, banks and vendors know a document.',
    `account_move.ref account_move_line.ref account_payment.memo account_payment.payment_reference account_analytic_line.ref
     sale_order.client_order_ref sale_order.reference purchase_order.partner_ref account_bank_statement_line.payment_ref
     account_bank_statement.reference payment_transaction.provider_reference stock_picking.carrier_tracking_ref
     res_partner.ref stock_move.reference stock_lot.ref stock_lot.name pos_pack_operation_lot.lot_name stock_move_line.lot_name`,
    { kind: 'text', mask: 'reference' },
  ),
  named(
    'template-address',
    'personal',
    'An expression, or an address.',
    'mail_template.email_from mail_template.email_to mail_template.email_cc mail_template.reply_to',
    sql(templateAddress),
  ),
  named(
    'message-id',
    'personal',
    'Holds the name of the mail server; replies are matched by it.',
    'mail_message.message_id mailing_trace.message_id',
    { kind: 'text', mask: 'message-id' },
  ),
  named(
    'mail-domain',
    'personal',
    'Replies to a copy must not reach the company.',
    'mail_alias_domain.name',
    sql(() => "'company-'||t.id||'.example.com'"),
  ),
  named('mail-alias', 'personal', 'Copies receive no mail.', 'mail_alias.alias_name mail_alias.alias_full_name', NULL),
  named('alias-defaults', 'personal', 'Python that anybody may write.', 'mail_alias.alias_defaults', {
    kind: 'constant',
    value: '{}',
  }),
  named('filter', 'personal', 'What somebody searched for.', 'ir_filters.domain ir_filters.sort', {
    kind: 'constant',
    value: '[]',
  }),
  named(
    'recipients',
    'personal',
    'Whom a mailing is for.',
    'mailing_mailing.mailing_domain mailing_filter.mailing_domain',
    { kind: 'constant', value: "[('id','=',0)]" },
  ),
  named('filter-context', 'personal', 'What somebody searched for.', 'ir_filters.context', {
    kind: 'constant',
    value: '{}',
  }),
  named(
    'own-words',
    'personal',
    'Somebody wrote it.',
    `calendar_recurrence.name link_tracker.title link_tracker.label
     mail_canned_response.source resource_calendar_leaves.name`,
    { kind: 'text', mask: 'text' },
  ),
  named('bounce', 'personal', 'Addresses of the real domain.', 'mail_alias_domain.bounce_alias', {
    kind: 'constant',
    value: 'bounce',
  }),
  named('catchall', 'personal', 'Addresses of the real domain.', 'mail_alias_domain.catchall_alias', {
    kind: 'constant',
    value: 'catchall',
  }),
  named('sender', 'personal', 'Addresses of the real domain.', 'mail_alias_domain.default_from', {
    kind: 'constant',
    value: 'notifications',
  }),
  named(
    'cover',
    'personal',
    'JSON that Odoo reads, with links in it.',
    'blog_post.cover_properties event_event.cover_properties slide_channel.cover_properties',
    {
      kind: 'constant',
      value:
        '{"background_color_class":"o_cc3","background-image":"none","opacity":"0.2","resize_class":"o_half_screen_height"}',
    },
  ),
  named('json-list', 'personal', 'JSON that the till reads.', 'pos_order.internal_note pos_order_line.note', {
    kind: 'constant',
    value: '[]',
  }),
  named('json-object', 'personal', 'JSON that the till reads.', 'pos_order.last_order_preparation_change', {
    kind: 'constant',
    value: '{}',
  }),
  named(
    'not-needed',
    'personal',
    'Odoo does without.',
    `res_partner.signup_type res_partner.suggest_based_on res_partner.website_meta_og_img
     res_partner.seo_name event_event.seo_name slide_channel.seo_name slide_slide.seo_name forum_post.seo_name blog_post.seo_name
     crm_lead.reveal_id pos_payment.payment_status payment_transaction.paypal_type`,
    NULL,
  ),
  named(
    'seen-as',
    'personal',
    'Where a person worked from.',
    'hr_attendance.in_browser hr_attendance.out_browser hr_attendance.in_location hr_attendance.out_location hr_employee.today_location_name',
    NULL,
  ),
  named(
    'credential',
    'secret',
    'Works at a provider, or lets somebody in.',
    `auth_oauth_provider.client_id payment_provider.paypal_email_account payment_provider.paypal_webhook_id
     payment_provider.stripe_publishable_key ir_ui_view.visibility_password res_users.oauth_uid
     pos_config.proxy_ip pos_config.epson_printer_ip pos_printer.proxy_ip pos_printer.epson_printer_ip
     res_company.sms_twilio_account_sid res_company.attendance_kiosk_key res_company.hr_presence_control_ip_list
     iap_account.account_token iap_account.sender_name ir_act_server.webhook_url hr_employee.pin
     website.google_analytics_key website.google_search_console website.google_maps_api_key website.plausible_shared_key
     website.plausible_site website.website_slide_google_app_key website.google_places_api_key website.cdn_url
     website.custom_code_head website.custom_code_footer website.domain discuss_channel.sfu_channel_uuid
     discuss_channel.sfu_server_url survey_survey.session_code`,
    NULL,
  ),
  named('old-view', 'personal', 'What stood there before a person removed it.', 'ir_ui_view.arch_prev', NULL),
  named(
    'hash',
    'personal',
    'Of the real values: void, and a way to test guesses.',
    'account_move.inalterable_hash stock_move.inalterable_hash pos_order.l10n_fr_hash',
    NULL,
  ),
  named('webhook', 'secret', 'Whoever knows it may call it.', 'base_automation.webhook_uuid', {
    kind: 'text',
    mask: 'token',
  }),
  named('invitation', 'secret', 'Whoever knows it joins the conversation as a guest.', 'discuss_channel.uuid', {
    kind: 'text',
    mask: 'token',
  }),
  named(
    'short-link',
    'secret',
    'Production leads whoever has it where the long link leads.',
    'link_tracker_code.code',
    {
      kind: 'text',
      mask: 'reference',
    },
  ),
  named('transfer-details', 'personal', "Names the company's account at a bank.", 'payment_provider.pending_msg', {
    kind: 'text',
    mask: 'html',
  }),
  named(
    'action-code',
    'not-personal',
    'Code of actions, unless a credential stands in it.',
    'ir_act_server.code',
    sql(() => actionCode),
  ),
  named(
    'journal-name',
    'not-personal',
    'A label, or the number of an account at a bank, which is masked.',
    'account_journal.name',
    sql(journalName),
  ),
  named(
    'saved-view',
    'personal',
    'What somebody searched for; those that modules bring are kept.',
    'ir_embedded_actions.name ir_embedded_actions.domain ir_embedded_actions.context',
    sql(savedView),
  ),
  named(
    'outside-id',
    'personal',
    'Of the same person or event at Google or Microsoft.',
    `calendar_event.google_id calendar_event.microsoft_id
     calendar_event.ms_universal_event_id calendar_event.microsoft_recurrence_master_id calendar_recurrence.google_id
     calendar_recurrence.microsoft_id calendar_recurrence.ms_universal_event_id res_users_settings.google_calendar_cal_id
     mail_message.incoming_email_to mail_message.incoming_email_cc mail_message.outgoing_email_to`,
    NULL,
  ),
  named(
    'card',
    'personal',
    'Cards and slips of a payment.',
    `pos_payment.card_no pos_payment.transaction_id pos_payment.payment_ref_no
     pos_payment.payment_method_authcode pos_payment.ticket pos_payment.card_brand pos_payment.card_type
     pos_payment.payment_method_issuer_bank pos_payment.payment_method_payment_mode`,
    { kind: 'text', mask: 'digits' },
  ),
];
