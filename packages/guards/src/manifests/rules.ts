import { finder } from '../find.ts';
import type { Rule } from '../guard.ts';

export const RULES = [
  {
    id: 'manifests/not-literal',
    severity: 'error',
    why: 'Odoo reads a manifest as one Python literal. What is no literal makes the module invisible, and code in it is never run.',
  },
  {
    id: 'manifests/unreadable',
    severity: 'error',
    why: 'Odoo reads manifests as UTF-8 text; a module whose manifest cannot be read does not exist for it.',
  },
  {
    id: 'manifests/value-type',
    severity: 'error',
    why: 'A value of another kind than Odoo expects fails while the module list is read, or is silently taken apart.',
  },
  {
    id: 'manifests/key-missing',
    severity: 'error',
    why: 'Odoo has no default for name, license and author: without a license it declares the module LGPL-3, with a warning at each start.',
  },
  {
    id: 'manifests/key-advised',
    severity: 'warning',
    why: 'Odoo takes a default (version 1.0, no dependency but base, category Uncategorized), which is rarely what was meant.',
  },
  {
    id: 'manifests/version-invalid',
    severity: 'error',
    why: 'Odoo makes a module uninstallable when its version is of another series, and stops when the version is no version.',
  },
  {
    id: 'manifests/version-short',
    severity: 'warning',
    why: 'Odoo puts its own series before a short version, so the manifest does not say which Odoo it is for, and migrations are harder to place.',
  },
  {
    id: 'manifests/license-unknown',
    severity: 'error',
    why: 'Odoo keeps the license in a selection field: a value that is not in its list stops the installation.',
  },
  {
    id: 'manifests/dependency-missing',
    severity: 'error',
    why: 'A module whose dependency is nowhere cannot be installed; Odoo skips it, or stops.',
  },
  {
    id: 'manifests/dependency-not-installable',
    severity: 'error',
    why: 'A module that needs one with installable: False cannot be installed either.',
  },
  {
    id: 'manifests/dependency-cycle',
    severity: 'error',
    why: 'Modules that need each other have no order in which Odoo could load them; none of them is loaded.',
  },
  {
    id: 'manifests/file-missing',
    severity: 'error',
    why: 'Odoo stops installing a module at the first file of data or demo that is not there.',
  },
  {
    id: 'manifests/asset-missing',
    severity: 'error',
    why: 'An asset that is not there breaks its bundle, and with it the pages that load it; a pattern without a match loads nothing.',
  },
  {
    id: 'manifests/xml-malformed',
    severity: 'error',
    why: 'Odoo reads these files with libxml2, as this check does; one that is not well-formed stops the installation or breaks its bundle.',
  },
  {
    id: 'manifests/access-header',
    severity: 'error',
    why: 'The first line names the fields of ir.model.access; with a column that is unknown or missing, no row is loaded.',
  },
  {
    id: 'manifests/access-row',
    severity: 'error',
    why: 'A row with more or fewer values than the header moves rights into the wrong columns, or stops the installation.',
  },
  {
    id: 'manifests/access-model',
    severity: 'error',
    why: 'Rights on a model that does not exist stop the installation: No matching record found for external id.',
  },
  {
    id: 'manifests/access-not-loaded',
    severity: 'warning',
    why: 'Rights are given only by files that the manifest names under data; the models of this one stay without.',
  },
  {
    id: 'manifests/python-undeclared',
    severity: 'warning',
    why: 'Odoo refuses to install a module whose Python packages are missing, and images are built from requirement files.',
  },
  {
    id: 'manifests/series-unlisted',
    severity: 'note',
    why: 'Which modules a series of Odoo brings is known for some series only; for others missing dependencies are not looked for.',
  },
] as const satisfies readonly Rule[];

export const find = finder(RULES);
