/**
 * Which way imports point, as rules. Each says why; ARCHITECTURE.md has the figure. `npm run graph` checks,
 * test/architecture/dependency-rules.test.ts proves that rules catch what they are for.
 */

/** The layers of packages/server/src, outermost first. A folder may import only itself and folders on later lines. */
const layers = [
  ['main.ts', 'edge-main.ts', 'gateway-main.ts', 'intake-main.ts'],
  ['start'],
  ['http', 'observe'],
  ['intake'],
  ['flows'],
  ['drivers', 'views'],
  ['evidence'],
  ['store'],
  ['decide', 'plan'],
  ['steps'],
  ['gates'],
  ['engine', 'odoo', 'snapshot'],
  ['ports'],
  ['domain'],
];
const at = 'packages/server/src/';
const path = (names) => `^${at}(${names.map((name) => name.replace('.', '[.]')).join('|')})(/|$)`;
/** The composition root: it alone sees everything. `start/` is main.ts in pieces; config.ts and paths.ts are its settings. */
const ROOT = `^${at}(main[.]ts|edge-main[.]ts|gateway-main[.]ts|intake-main[.]ts|start/)`;
const TEST = '[.](test|contract)[.]ts$';
const PURE = `^${at}(domain|decide|plan|gates)/`;

const downwardOnly = layers.slice(1).flatMap((names, i) =>
  names.map((name) => ({
    name: `${name}-imports-downward`,
    comment: `${name}/ may import only what lies below it: see ARCHITECTURE.md, "Which way imports point".`,
    severity: 'error',
    from: { path: path([name]), pathNot: TEST },
    to: { path: path([...layers.slice(0, i + 1).flat(), ...names.filter((other) => other !== name)]) },
  })),
);

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    {
      name: 'no-cycles',
      comment: 'Two modules that need each other are one module, or lack a third.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    ...downwardOnly,
    {
      name: 'every-folder-has-a-place',
      comment: 'A folder of packages/server/src that is in no layer is bound by no rule: add it to `layers`.',
      severity: 'error',
      from: { path: `^${at}`, pathNot: [path(layers.flat()), `^${at}(config|paths)[.]ts$`, TEST] },
      to: {},
    },
    {
      name: 'settings-are-handed-in',
      comment: 'Only the composition root reads config.ts and paths.ts; everything else is given what it needs.',
      severity: 'error',
      from: { path: `^${at}`, pathNot: [ROOT, `^${at}(config|paths)[.]ts$`, TEST] },
      to: { path: `^${at}(config|paths)[.]ts$` },
    },
    {
      name: 'driver-knows-only-ports-and-domain',
      comment: 'A driver implements a port. If it needs another driver, a step or the database, the port is wrong.',
      severity: 'error',
      from: { path: `^${at}drivers/([^/]+)/([^/]+)/`, pathNot: TEST },
      to: { path: `^${at}`, pathNot: [`^${at}(ports|domain)/`, `^${at}drivers/$1/$2/`, `^${at}drivers/shared/`] },
    },
    {
      name: 'shared-driver-code-knows-no-driver',
      comment: 'drivers/shared/ is what drivers stand on.',
      severity: 'error',
      from: { path: `^${at}drivers/shared/`, pathNot: TEST },
      to: { path: `^${at}`, pathNot: `^${at}(ports|domain|drivers/shared)/` },
    },
    {
      name: 'only-main-picks-drivers',
      comment: 'Drivers are chosen in the composition root and handed in. Anything else asks for a port.',
      severity: 'error',
      from: { path: `^${at}`, pathNot: [ROOT, `^${at}drivers/`, TEST] },
      to: { path: `^${at}drivers/` },
    },
    {
      name: 'engine-knows-nothing-of-deploys',
      comment:
        'The engine runs any list of steps. Knowledge of Odoo, Docker or previews in it could not be tested without them.',
      severity: 'error',
      from: { path: `^${at}engine/`, pathNot: TEST },
      to: { path: `^${at}`, pathNot: `^${at}engine/` },
    },
    {
      name: 'gates-know-only-domain',
      comment: 'A gate judges facts that it is handed. What it would have to ask for, flows/ gather.',
      severity: 'error',
      from: { path: `^${at}gates/`, pathNot: TEST },
      to: { path: `^${at}`, pathNot: `^${at}(gates|domain)/` },
    },
    {
      name: 'each-step-and-gate-stands-alone',
      comment: 'A gate or a step that needs another one belongs in a plan, or shares a piece in shared/.',
      severity: 'error',
      from: { path: `^${at}(gates|steps)/(?!index[.]|step[.]|gate[.]|shared/)([^/]+)[.]ts$`, pathNot: TEST },
      to: { path: `^${at}$1/(?!step[.]|gate[.]|shared/)`, pathNot: `^${at}$1/$2[.]` },
    },
    {
      name: 'pure-stays-pure',
      comment: 'Deciding, planning and judging do no input or output: hand the facts in, get data out.',
      severity: 'error',
      from: { path: PURE, pathNot: [TEST, `^${at}domain/(clock|secret)[.]ts$`] },
      to: { dependencyTypes: ['core', 'npm'], pathNot: ['node_modules/zod/', '^(node:)?crypto$'] },
    },
    {
      name: 'wire-only-between-packages',
      comment: 'cli and web speak to the server over HTTP. What they share with it is @slipway/contracts.',
      severity: 'error',
      from: { path: '^packages/(server|cli|web|contracts|guards|smoke)/', pathNot: TEST },
      to: { path: '^packages/(server|cli|web)/', pathNot: '^packages/$1/' },
    },
    {
      name: 'contracts-stand-alone',
      comment: 'What both sides share may not depend on what only some need.',
      severity: 'error',
      from: { path: '^packages/contracts/', pathNot: TEST },
      to: { path: '^packages/(?!contracts/)' },
    },
    {
      name: 'web-knows-contracts-only',
      comment: 'The browser gets what web imports: of ours nothing but the wire, and of node nothing at all.',
      severity: 'error',
      from: { path: '^packages/web/src/', pathNot: TEST },
      to: { path: '^packages/(?!web/|contracts/)|^(node:)?(fs|path|child_process|crypto|http|net|os)(/|$)' },
    },
    {
      name: 'browser-loads-no-schemas',
      comment:
        'Contracts are zod: 60 kB that every visitor would load. Web takes types of them, and plain tables: of permissions, of refused logins, of what webhooks tell.',
      severity: 'error',
      from: { path: '^packages/web/src/', pathNot: TEST },
      to: {
        path: '^packages/contracts/(?!src/(permissions|sign-in-refusals|webhook-kinds)[.])|node_modules/zod/',
        dependencyTypesNot: ['type-only'],
      },
    },
    {
      name: 'smoke-only-asks',
      comment:
        'A smoke test asks over HTTP and knows neither side that uses it: no files and no programs but the browser, which browser/ finds and starts.',
      severity: 'error',
      from: { path: '^packages/smoke/', pathNot: [TEST, '^packages/smoke/src/browser/'] },
      to: { path: '^packages/(?!smoke/|contracts/)|^(node:)?(child_process|cluster|fs|worker_threads)(/|$)' },
    },
    {
      name: 'one-file-opens-connections',
      comment:
        'Checks are handed a function that asks: what is sent where, and how long it may take, stands in one file.',
      severity: 'error',
      from: { path: '^packages/smoke/', pathNot: [TEST, '^packages/smoke/src/(client[.]ts$|testing/)'] },
      to: { dependencyTypes: ['core'], path: '^(node:)?(dgram|dns|http|http2|https|net|tls)(/|$)' },
    },
    {
      name: 'smoke-check-stands-alone',
      comment: 'A check is one file; what two checks share lies above checks/.',
      severity: 'error',
      from: { path: '^packages/smoke/src/checks/([^/]+)[.]ts$', pathNot: TEST },
      to: { path: '^packages/smoke/src/checks/', pathNot: '^packages/smoke/src/checks/$1[.]' },
    },
    {
      name: 'browser-only-when-asked-for',
      comment:
        'The library that drives a browser is 14 MB: it is imported by one file, when a check with a browser runs.',
      severity: 'error',
      from: { path: '^packages/', pathNot: [TEST, '^packages/smoke/src/browser/browser-check[.]ts$'] },
      to: { path: 'playwright' },
    },
    {
      name: 'guards-only-read',
      comment:
        'A guard looks at files of strangers: it reaches no network and starts no program, so it can do no harm.',
      severity: 'error',
      from: { path: '^packages/guards/', pathNot: TEST },
      to: {
        dependencyTypes: ['core'],
        path: '^(node:)?(child_process|cluster|dgram|dns|http|http2|https|net|tls|vm)(/|$)',
      },
    },
    {
      name: 'only-the-tree-reads-files',
      comment: 'Guards are handed a tree, which keeps them inside the repository and below a size.',
      severity: 'error',
      from: { path: '^packages/guards/', pathNot: [TEST, '^packages/guards/src/(folder-tree|testing/.*)[.]ts$'] },
      to: { dependencyTypes: ['core'], path: '^(node:)?fs(/|$)' },
    },
    {
      name: 'guard-stands-alone',
      comment: 'A guard is one folder; what two guards share lies beside them.',
      severity: 'error',
      from: {
        path: '^packages/guards/src/(addons-path|environments|manifests|secrets|schemas|budget|images)/',
        pathNot: TEST,
      },
      to: {
        path: '^packages/guards/src/(addons-path|environments|manifests|secrets|schemas|budget|images)/',
        pathNot: '^packages/guards/src/$1/',
      },
    },
    {
      name: 'cli-command-stands-alone',
      comment: 'A verb is one file, or one with its own pieces beside it; what two nouns share lies above commands/.',
      severity: 'error',
      from: { path: '^packages/cli/src/commands/([^/]+)/', pathNot: TEST },
      to: { path: '^packages/cli/src/commands/', pathNot: '^packages/cli/src/commands/$1/' },
    },
    {
      name: 'cli-pieces-know-no-command',
      comment: 'Only the registry and the program know which commands there are; the rest is used by commands.',
      severity: 'error',
      from: {
        path: '^packages/cli/src/(ci|contract|api|local|output|show|doctor|guard|smoke|init|completion)/',
        pathNot: TEST,
      },
      to: { path: '^packages/cli/src/(commands/|registry[.]|run-cli[.]|main[.])' },
    },
    {
      name: 'declare-what-you-import',
      comment: 'Workspaces hoist, so an undeclared import works here and breaks where the package is installed alone.',
      severity: 'error',
      from: { path: '^packages/', pathNot: [TEST, '^packages/web/(vite[.]config|build/)'] },
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown', 'npm-dev'] },
    },
    {
      name: 'resolvable',
      comment:
        'An import that leads nowhere fails at run time at the latest: name a file that exists, with its ending.',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true },
    },
    {
      name: 'no-test-code-in-production',
      comment: 'What production needs is no test code: move it out of the test.',
      severity: 'error',
      from: { path: '^packages/[^/]+/src/', pathNot: [TEST, '/testing/'] },
      to: { path: [TEST, '^test/', '^packages/.*/testing/'] },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '(/dist/|vitest[.]config)' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    combinedDependencies: false,
    enhancedResolveOptions: { exportsFields: ['exports'], conditionNames: ['import', 'types', 'default'] },
  },
};
