import { wordsOf } from './rule.ts';

export interface TableRule {
  readonly id: string;
  readonly why: string;
  readonly tables: readonly string[];
}

/** Made, but none of its rows is taken. Wizards (transient models), and what cannot be without a row of these, are added by the plan. */
export const EMPTIED: readonly TableRule[] = [
  {
    id: 'queue',
    why: 'What waits to be sent or done would be sent or done again, to real people.',
    tables:
      wordsOf(`mail_mail sms_sms sms_tracker snailmail_letter mail_message_schedule mail_scheduled_message mail_push
      mail_notification ir_cron_trigger ir_cron_progress bus_bus queue_job queue_job_lock fetchmail_attachment
      data_recycle_record iap_extracted_words whatsapp_message social_live_post marketing_trace`),
  },
  {
    id: 'credential',
    why: 'They work where they were made for, and a copy needs its own.',
    tables:
      wordsOf(`res_users_apikeys res_users_identitycheck auth_totp_device auth_passkey_key auth_api_key payment_token
      mail_push_device mail_ice_server ir_mail_server fetchmail_server certificate_key certificate_certificate
      auth_totp_rate_limit_log sms_twilio_number`),
  },
  {
    id: 'session',
    why: 'Who was where, when, with which browser and address.',
    tables:
      wordsOf(`res_device_log res_users_log mail_presence bus_presence website_visitor website_track link_tracker_click
      discuss_channel_rtc_session discuss_call_history discuss_voice_metadata ir_logging ir_profile privacy_log
      mail_link_preview mail_message_link_preview mail_message_translation discuss_gif_favorite gamification_karma_tracking
      website_sale_extra_field_log slide_embed base_import_mapping`),
  },
  {
    id: 'history',
    why: 'Old values of any field, also of those that a person had removed; no list of columns can tell what is in there.',
    tables: wordsOf(`mail_tracking_value ir_actions_server_history ir_ui_view_custom auditlog_log auditlog_log_line
      auditlog_http_request auditlog_http_session mail_message_reaction stock_package_history`),
  },
];

/** Odoo's own: code and definitions that modules bring along. Kept as they are, except for the columns that another rule names. */
export const FRAMEWORK = new RegExp(
  `^(${wordsOf(`ir_actions ir_act_client ir_act_report_xml ir_act_server ir_act_url ir_act_window ir_act_window_view ir_actions_todo
    ir_asset ir_cron ir_default ir_embedded_actions ir_exports ir_exports_line ir_model ir_model_access ir_model_constraint
    ir_model_data ir_model_fields ir_model_fields_selection ir_model_inherit ir_model_relation ir_module_category
    ir_module_module ir_module_module_dependency ir_module_module_exclusion ir_rule ir_sequence ir_sequence_date_range
    ir_ui_menu ir_ui_view theme_\\w+ report_layout report_paperformat res_country res_country_group res_country_state
    res_currency res_lang res_groups res_groups_privilege decimal_precision uom_uom uom_category web_tour_tour
    web_tour_tour_step web_editor_\\w+ html_editor_\\w+ website_configurator_feature website_route website_snippet_filter
    onboarding_onboarding onboarding_onboarding_step mail_message_subtype base_geo_provider iap_service
    spreadsheet_dashboard spreadsheet_dashboard_group barcode_nomenclature barcode_rule digest_tip payment_method`).join(
    '|',
  )})$`,
);

/**
 * How a company works, not who it works with: stages, kinds, taxes, accounts, places, products. Labels are kept, so that the copy
 * looks familiar; each column is searched for what looks personal all the same, and the report shows the hits.
 */
export const CONFIGURATION: ReadonlySet<string> = new Set(
  wordsOf(`account_account account_account_tag account_analytic_applicability account_analytic_distribution_model account_analytic_plan
    account_cash_rounding account_fiscal_position account_group account_incoterms account_journal account_journal_group
    account_payment_method account_payment_method_line account_payment_term account_payment_term_line account_reconcile_model
    account_reconcile_model_line account_report account_report_column account_report_expression account_report_line
    account_tax account_tax_group base_automation blog_blog blog_tag blog_tag_category calendar_alarm calendar_event_type
    card_campaign_tag card_template chatbot_script chatbot_script_answer chatbot_script_step crm_iap_lead_industry
    crm_iap_lead_role crm_iap_lead_seniority crm_lead_scoring_frequency crm_lost_reason crm_recurring_plan crm_stage crm_tag
    crm_team crm_team_member data_recycle_model delivery_carrier delivery_price_rule delivery_zip_prefix digest_digest
    event_question event_question_answer event_stage event_tag event_tag_category event_type event_type_ticket
    event_event_ticket event_lead_rule fleet_service_type fleet_vehicle_model fleet_vehicle_model_brand
    fleet_vehicle_model_category fleet_vehicle_state fleet_vehicle_tag forum_forum forum_post_reason forum_tag
    gamification_badge gamification_challenge gamification_challenge_line gamification_goal_definition gamification_karma_rank
    hr_applicant_category hr_applicant_refuse_reason hr_attendance_overtime_rule hr_attendance_overtime_ruleset
    hr_contract_type hr_department hr_departure_reason hr_employee_category hr_job hr_leave_accrual_plan
    hr_leave_accrual_level hr_leave_mandatory_day hr_leave_type hr_payroll_structure_type hr_recruitment_degree
    hr_recruitment_stage hr_resume_line_type hr_skill hr_skill_level hr_skill_type hr_work_location
    im_livechat_channel im_livechat_channel_rule im_livechat_conversation_tag im_livechat_expertise loyalty_program
    loyalty_reward loyalty_rule lunch_alert lunch_product lunch_product_category lunch_topping mail_activity_plan
    mail_activity_plan_template mail_activity_type mailing_subscription_optout maintenance_equipment_category
    maintenance_stage maintenance_team mrp_bom mrp_routing_workcenter mrp_workcenter mrp_workcenter_productivity_loss
    mrp_workcenter_productivity_loss_type mrp_workcenter_tag payment_provider pos_bill pos_category pos_config pos_note
    pos_payment_method pos_preset pos_printer product_attribute product_attribute_category product_attribute_value product_category
    product_combo product_pricelist product_pricelist_item product_product product_public_category product_removal
    product_ribbon product_tag product_template product_uom project_project_stage project_role project_tags
    project_task_type repair_tags resource_calendar resource_calendar_attendance restaurant_floor restaurant_table
    res_partner_category res_partner_industry res_role sale_order_template sale_order_template_line sale_pdf_form_field
    slide_channel_tag slide_channel_tag_group slide_tag sms_template stock_location stock_package_type stock_picking_type
    stock_route stock_rule stock_scrap_reason_tag stock_storage_category stock_warehouse stock_warehouse_orderpoint
    survey_question survey_question_answer survey_survey utm_campaign utm_medium utm_source utm_stage utm_tag website
    website_base_unit website_checkout_step website_controller_page website_event_menu website_menu website_page
    website_rewrite mail_template auth_oauth_provider hr_job_platform lunch_location mailing_filter mailing_list product_feed
    product_image res_bank account_report_external_value pos_self_order_custom_link iap_account`),
);
