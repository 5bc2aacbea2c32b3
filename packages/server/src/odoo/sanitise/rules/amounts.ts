import { isJson, isNumber } from '../masks/masks.ts';
import type { ColumnAt } from './rule.ts';

/** Prices and costs that Odoo stores as plain numbers. */
const PRICE =
  /(^|_)(price|cost|costs_hour|amount|salary|wage|revenue|credit_limit|car_value|residual_value|surcharge|invoiced_target|debit|credit|balance)(_|$)|^(technical_price_unit|fixed_margin|salary_(proposed|expected)|price_(min|max)_margin|extra_price|default_extra_price|list_base_price|value)$/;

/** Percentages, quantities, points, roundings, steps: their name sounds like money and they are none. */
const NO_AMOUNT =
  /^(account_tax|account_payment_term_line|account_reconcile_model|account_reconcile_model_line|account_cash_rounding|account_fiscal_position|account_tax_repartition_line|res_currency|res_currency_rate|pos_bill|decimal_precision|uom_uom|loyalty_program|fleet_vehicle_odometer|crm_lead_scoring_frequency)\.|\.(\w*_?rate|\w*percent\w*|\w*discount_percentage|price_discount|price_round|price_markup|cost_share|points_cost|reward_point_amount|deductible_amount|yearly_accrued_amount|unit_amount|max_value|min_value|warning_threshold|iap_balance)$/;

/** Tables in which a column called `value` is money. */
const VALUE_IS_MONEY = new Set([
  'product_value.value',
  'stock_move.value',
  'account_report_external_value.value',
  'stock_valuation_layer.value',
]);

export const isAmount = (at: ColumnAt): boolean => {
  const { label, name } = at.column;
  const perCompany =
    isJson(at.column) && label?.companyDependent === true && ['float', 'monetary'].includes(label.ttype);
  if (!isNumber(at.column) && !perCompany) return false;
  if (NO_AMOUNT.test(at.name)) return false;
  if (name === 'value') return VALUE_IS_MONEY.has(at.name) || label?.ttype === 'monetary';
  return label?.ttype === 'monetary' || PRICE.test(name);
};
