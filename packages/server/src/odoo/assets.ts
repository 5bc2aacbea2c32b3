/** The bundles that the login page (first three) and the web client ask for; all 37 of them would take a minute (measured November 2026). */
const BUNDLES: readonly (readonly [name: string, type: 'css' | 'js'])[] = [
  ['web.assets_frontend', 'css'],
  ['web.assets_frontend_minimal', 'js'],
  ['web.assets_frontend_lazy', 'js'],
  ['web.assets_web', 'css'],
  ['web.assets_web', 'js'],
  ['web.assets_web_print', 'css'],
];

/**
 * Python for `odoo shell` (on its standard input): makes these bundles once, so that every copy of the template brings them.
 * Odoo keys a bundle by the paths and modification times of its files, which is why images carry git's times.
 * Older series name their bundles otherwise; there it makes none, and the first visitor waits.
 */
export const assetsScript = `
qweb = env['ir.qweb']
made = 0
for name, kind in ${JSON.stringify(BUNDLES)}:
    if not hasattr(qweb, '_get_asset_bundle'):
        break
    bundle = qweb._get_asset_bundle(name, css=kind == 'css', js=kind == 'js')
    if kind == 'css' and bundle.stylesheets:
        bundle.css()
        made += 1
    if kind == 'js' and (bundle.javascripts or bundle.templates):
        bundle.js()
        made += 1
env.cr.commit()
print('slipway: %s asset bundles made' % made)
`;
