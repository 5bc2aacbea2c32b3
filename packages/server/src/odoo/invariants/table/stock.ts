import { company, documents, grouped, plain, total } from '../grouped.ts';
import { has, type Invariant, invariant } from '../invariant.ts';

/** Odoo keeps quantities as floats in memory and rounds them on their way back. */
const ROUNDING = '0.001';
const CENT = '0.01';

export const stock: readonly Invariant[] = [
  invariant(
    {
      id: 'stock-quantities',
      title: 'Quantities in stock',
      means: 'There is more or less in the warehouses than before, without anything having been moved.',
      module: 'stock',
      needs: {
        stock_quant: ['quantity', 'reserved_quantity', 'location_id', 'company_id'],
        stock_location: ['usage'],
      },
      within: ROUNDING,
    },
    () =>
      grouped({
        what: 'stock',
        from: 'stock_quant q join stock_location l on l.id = q.location_id',
        by: [plain('locations', 'l.usage'), company('q.company_id')],
        totals: [total('q.quantity', 'Quantity', 'quantity'), total('q.reserved_quantity', 'Reserved', 'quantity')],
      }),
  ),
  invariant(
    {
      id: 'stock-value',
      title: 'Value of the stock',
      means: 'What the stock is worth has changed without a movement: it no longer agrees with the balance sheet.',
      module: 'stock_account',
      needs: { stock_move: ['value', 'is_in', 'is_out', 'state', 'company_id'] },
      within: CENT,
    },
    () =>
      grouped({
        what: 'valued movements',
        from: 'stock_move m',
        where: `m.state = 'done' and (m.is_in or m.is_out)`,
        by: [plain('direction', `case when m.is_in then 'in' else 'out' end`), company('m.company_id')],
        totals: [total('m.value', 'Value'), total('m.quantity', 'Quantity', 'quantity')],
      }),
  ),
  invariant(
    {
      id: 'stock-value-layers',
      title: 'Value of the stock, by layers (until Odoo 18)',
      means: 'What the stock is worth has changed without a movement: it no longer agrees with the balance sheet.',
      module: 'stock_account',
      needs: { stock_valuation_layer: ['value', 'quantity', 'remaining_value', 'company_id'] },
      within: CENT,
    },
    () =>
      grouped({
        what: 'valuation layers',
        from: 'stock_valuation_layer v',
        by: [company('v.company_id')],
        totals: [
          total('v.value', 'Value'),
          total('v.remaining_value', 'Value that remains'),
          total('v.quantity', 'Quantity', 'quantity'),
        ],
      }),
  ),
  documents({
    id: 'stock-revaluations',
    title: 'Values of products set by hand',
    means: 'A value that somebody gave a product or a movement has changed.',
    module: 'stock_account',
    table: 'product_value',
    what: 'revaluations',
    by: ['company_id'],
    sums: { value: ['Value', 'amount'] },
  }),
  invariant(
    {
      id: 'product-costs',
      title: 'Costs of what is in stock',
      means:
        'A product in stock costs another amount than before: margins and the value of the next movement change with it.',
      module: 'stock',
      needs: { stock_quant: ['product_id'], product_product: ['id'] },
      looks: ['product_product', 'ir_property'],
      within: CENT,
    },
    (columns) => {
      const stored = has(columns, 'product_product', 'standard_price');
      // By company in one jsonb since Odoo 18, rows of ir_property before.
      return grouped({
        what: 'all products in stock',
        from: stored
          ? `product_product p cross join lateral jsonb_each_text(p.standard_price) c(company, cost)`
          : `product_product p join ir_property i on i.res_id = 'product.product,' || p.id and i.name = 'standard_price'`,
        where: `exists (select from stock_quant q where q.product_id = p.id)${stored ? ` and jsonb_typeof(p.standard_price) = 'object'` : ''}`,
        by: [company(stored ? 'c.company' : 'i.company_id')],
        totals: [total(stored ? 'c.cost' : 'i.value_float', 'Costs')],
      });
    },
  ),
  documents({
    id: 'stock-transfers',
    title: 'Receipts, deliveries and transfers',
    means: 'Transfers came, went, or changed their state.',
    module: 'stock',
    table: 'stock_picking',
    what: 'transfers',
    by: ['picking_type_id', 'state', 'company_id'],
  }),
  documents({
    id: 'stock-moves',
    title: 'Movements of stock',
    means: 'Movements came, went, or changed their state or quantity.',
    module: 'stock',
    table: 'stock_move',
    what: 'stock movements',
    by: ['state', 'company_id'],
    sums: { product_uom_qty: ['Quantity wanted', 'quantity'], quantity: ['Quantity', 'quantity'] },
  }),
];
