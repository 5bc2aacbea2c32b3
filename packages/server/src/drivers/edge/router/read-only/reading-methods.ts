/**
 * Methods of Odoo's models that only read, by name. Those that Odoo 19 itself marks `@api.readonly`, and those that its web client and
 * other programs read with and that were tried on a database which takes no writes. A name that is not here may write.
 *
 * `export_data` writes when it has to invent external ids, and `onchange` may do what a module likes: the database has the last word.
 */
export const READING_METHODS: ReadonlySet<string> = new Set([
  // Records.
  'read',
  'search',
  'search_read',
  'search_count',
  'search_fetch',
  'name_get',
  'name_search',
  'web_name_search',
  'web_read',
  'web_search_read',
  'exists',
  'export_data',
  'get_metadata',
  'get_property_definition',
  // Groups.
  'read_group',
  'web_read_group',
  'formatted_read_group',
  'formatted_read_grouping_sets',
  'read_progress_bar',
  'search_panel_select_range',
  'search_panel_select_multi_range',
  // Views and forms.
  'fields_get',
  'get_views',
  'get_view',
  'load_views',
  'fields_view_get',
  'default_get',
  'onchange',
  'get_formview_id',
  'get_formview_action',
  'get_filters',
  // Rights.
  'has_access',
  'has_group',
  'has_groups',
  'check_access_rights',
  'check_object_reference',
  'context_get',
  // Mail and activities.
  'activity_format',
  'get_activity_data',
  'message_get_followers',
  'get_mention_suggestions',
  'get_mention_suggestions_from_channel',
  'search_for_channel_invite',
  'systray_get_activities',
  // Languages, countries, templates.
  'get_installed',
  'get_model_options',
  'render_public_asset',
  'get_import_templates',
  'autocomplete_by_name',
  'autocomplete_by_vat',
  // Spreadsheets.
  'get_company_currency_for_spreadsheet',
  'get_display_names_for_spreadsheet',
  'get_fiscal_dates',
  'get_locales_for_spreadsheet',
  'get_rates_for_spreadsheet',
  'has_searchable_parent_relation',
  'spreadsheet_fetch_debit_credit',
  'spreadsheet_fetch_residual_amount',
  // Buttons that only open something.
  'action_close_dialog',
  'action_open_business_doc',
  'action_open_document',
  'action_open_order',
  'action_preview_sale_order',
  'action_view_invoice',
  'action_view_sales',
  'action_view_sales_orders',
]);
