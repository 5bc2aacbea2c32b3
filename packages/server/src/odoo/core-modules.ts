/** Which modules come with Odoo: asked of the image itself, so that no list can be out of date. */
import { Failure } from '@slipway/contracts/failure';

/** Folder of Odoo's own modules, the same in Debian's package and in the registry image. */
export const CORE_ADDONS = '/usr/lib/python3/dist-packages/odoo/addons';

/** `names`: what is in that folder of the image. Throws Failure `base-image-missing` when there is no Odoo. */
export const coreModules = (names: readonly string[], image: string): ReadonlySet<string> => {
  const modules = new Set(names.map((name) => name.trim()).filter((name) => /^[a-z]\w*$/i.test(name)));
  if (!modules.has('base') || !modules.has('web'))
    throw new Failure('base-image-missing', { image, reason: `there is no Odoo in ${CORE_ADDONS}` });
  return modules;
};
