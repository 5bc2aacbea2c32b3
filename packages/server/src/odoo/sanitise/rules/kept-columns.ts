import type { Mask } from '../masks/masks.ts';
import { named, type Rule } from './rule.ts';

const KEEP: Mask = { kind: 'keep' };

/** Columns that are kept although their type could hold anything: what stands in them is made by the program, or by a sequence. */
export const KEPT_COLUMNS: readonly Rule[] = [
  named('setting-key', 'not-personal', 'Only keys of a list are taken along.', 'ir_config_parameter.key', KEEP),
  named(
    'property-row',
    'not-personal',
    'Field and row that a value belongs to or points at.',
    'ir_property.name ir_property.res_id ir_property.value_reference',
    KEEP,
  ),
  named(
    'translation-of',
    'not-personal',
    'Field, language and module of a translation.',
    'ir_translation.name ir_translation.lang ir_translation.module ir_translation.state ir_translation.comments',
    KEEP,
  ),
  named(
    'document-number',
    'not-personal',
    'Made by a sequence; other rows and people refer to it.',
    `account_move.name account_move.sequence_prefix account_move_line.move_name account_move_line.matching_number sale_order.name
     purchase_order.name stock_picking.name mrp_production.name mrp_unbuild.name repair_order.name pos_order.name
     pos_order.pos_reference pos_order.tracking_number pos_session.name stock_scrap.name account_payment.name
     account_bank_statement_line.internal_index account_bank_statement.first_line_index pos_order_line.name
     stock_package.name stock_package.complete_name
     mrp_workorder.name mrp_workorder.barcode account_bank_statement.name mrp_production_group.name stock_reference.name payment_transaction.reference`,
    KEEP,
  ),
  named(
    'rate-ids',
    'not-personal',
    'Numbers of accounts and shares.',
    `account_analytic_distribution_model.analytic_distribution
     account_move_line.analytic_distribution account_reconcile_model_line.analytic_distribution hr_expense.analytic_distribution
     mrp_workcenter.analytic_distribution purchase_order_line.analytic_distribution sale_order_line.analytic_distribution`,
    KEEP,
  ),
  named(
    'technical',
    'not-personal',
    'Beginnings of account numbers, colours, names of models, codes.',
    `res_company.bank_account_code_prefix
     res_company.cash_account_code_prefix res_company.transfer_account_code_prefix res_company.primary_color
     res_company.secondary_color res_company.email_primary_color res_company.email_secondary_color
     mail_message.email_layout_xmlid mail_template.email_layout_xmlid product_product.combination_indices mail_followers.res_model
     calendar_recurrence.rrule mail_message.model mail_activity.res_model rating_rating.res_model rating_rating.parent_res_model
     calendar_event.res_model mail_scheduled_message.model mailing_trace.model mailing_mailing.lang loyalty_history.order_model
     res_users_settings.push_to_talk_key res_users_settings_embedded_action.res_model
     res_users_settings_embedded_action.embedded_actions_order res_users_settings_embedded_action.embedded_actions_visibility
     sale_order_line.virtual_id sale_order_line.linked_virtual_id fleet_vehicle.co2_standard resource_calendar_leaves.time_type
     hr_leave.duration_display account_payment_term_line.days_next_month
     res_partner.invoice_edi_format_store card_campaign.lang product_supplierinfo.product_code
     mail_template.template_fs mail_template.lang sms_template.template_fs sms_template.lang`,
    KEEP,
  ),
  named(
    'layout',
    'not-personal',
    'Paths of fields, colours, words for a kind of thing.',
    `card_campaign.content_header_path
     card_campaign.content_header_color card_campaign.content_sub_header_path card_campaign.content_sub_header_color
     card_campaign.content_section_path card_campaign.content_sub_section1_path card_campaign.content_sub_section2_path
     card_campaign.content_image1_path card_campaign.content_image2_path project_project.label_tasks`,
    KEEP,
  ),
  named(
    'uuid',
    'not-personal',
    'A number that the till gave to its row.',
    'pos_order.uuid pos_order_line.uuid pos_payment.uuid pos_config.uuid restaurant_order_course.uuid',
    KEEP,
  ),
];
