/**
 * The module map as rules. A folder may import what stands in a later row, never what stands in an earlier one or
 * beside it in the same row. `npm run check` runs this; `lint/dependencies.spec.ts` proves that each rule fires.
 */
const rows = [
  ['src/main', 'src/cli', 'src/roles'],
  ['src/modules/admin', 'src/modules/health', 'src/modules/docs'],
  ['src/modules/sync'],
  ['src/modules/receipts'],
  ['src/modules/retention'],
  ['src/modules/messages'],
  ['src/modules/presence'],
  ['src/modules/conversations'],
  ['src/modules/auth'],
  ['src/modules/users'],
  ['src/modules/realtime', 'src/modules/queues', 'src/modules/log'],
  ['src/transport'],
  ['src/database'],
  ['src/platform'],
  ['contracts'],
];

/** The entry row is one: a role, the command line and main belong together. */
const entryRow = 0;
const anyOf = (folders) => `^(${folders.join('|')})(/|\\.)`;
const spec = '\\.spec\\.ts$';

const layers = rows.flatMap((folders, row) =>
  folders.map((folder) => {
    const beside = row === entryRow ? [] : folders.filter((other) => other !== folder);
    const forbidden = [...rows.slice(0, row).flat(), ...beside];
    return {
      name: `layer-${folder.replace(/^src\/(modules\/)?/, '')}`,
      comment: `${folder} imports only what stands below it in the module map`,
      severity: 'error',
      from: { path: anyOf([folder]), pathNot: spec },
      to: { path: anyOf(forbidden) },
    };
  }),
);

const docsImports = ['contracts', 'src/platform', 'src/transport', 'src/modules/docs'];

/** A package that one folder owns; tests and tools talk to the outside of Parley and use clients of their own. */
function owned(packageName, owners, why) {
  return {
    name: `only-owner-imports-${packageName.replace(/[^a-z.]/g, '-')}`,
    comment: why,
    severity: 'error',
    from: { path: '^(src|contracts)/', pathNot: `^(${owners.join('|')})/` },
    to: { path: `node_modules/${packageName}/` },
  };
}

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    { name: 'no-cycles', comment: 'whoever imports each other is one thing', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'resolvable',
      comment: 'every import leads somewhere; the built product is there after a build',
      severity: 'error',
      from: {},
      to: { couldNotResolve: true, pathNot: '(^|/)dist/' },
    },
    ...layers.filter((rule) => rule.to.path !== anyOf([])),
    {
      name: 'docs-knows-no-feature',
      comment: 'the documents are made from the contract, not from the features',
      severity: 'error',
      from: { path: '^src/modules/docs/', pathNot: spec },
      to: { path: '^(src|contracts)/', pathNot: `^(${docsImports.join('|')})/` },
    },
    {
      name: 'module-subfolders-are-private',
      comment: "a module's root files are its face; what is in its folders belongs to it",
      severity: 'error',
      from: { path: '^src/modules/([^/]+)/' },
      to: { path: '^src/modules/[^/]+/[^/]+/', pathNot: '^src/modules/$1/' },
    },
    {
      name: 'module-subfolders-are-private-to-the-rest',
      comment: 'roles, tools and the command line use the face of a module too',
      severity: 'error',
      from: { path: '^(src|tools|lab|contracts)/', pathNot: '^src/modules/' },
      to: { path: '^src/modules/[^/]+/[^/]+/' },
    },
    owned('bullmq', ['src/modules/queues'], 'only `queues` knows BullMQ'),
    owned('@nestjs/bullmq', ['src/modules/queues'], 'only `queues` knows BullMQ; consumers extend its `JobConsumer`'),
    owned('@bull-board', ['src/modules/queues', 'src/modules/admin'], 'the dashboard shows queues, to operators'),
    owned('socket.io', ['src/modules/realtime'], 'only `realtime` emits'),
    owned('@nestjs/platform-socket.io', ['src/modules/realtime'], 'the one socket adapter is in `realtime`'),
    {
      name: 'only-gateways-import-websockets',
      comment: 'a feature takes `@WebSocketGateway` for its `*.gateway.ts` files, and `@Command` from `realtime` for its handlers',
      severity: 'error',
      from: { path: '^(src|contracts)/', pathNot: '^src/modules/(realtime/|.+\\.gateway\\.ts$)' },
      to: { path: 'node_modules/@nestjs/websockets/' },
    },
    {
      name: 'domain-knows-no-framework',
      comment: 'rules of the product run without a framework, a database or a socket',
      severity: 'error',
      from: { path: '/domain/', pathNot: spec },
      to: { path: 'node_modules/', pathNot: 'node_modules/zod/' },
    },
    {
      name: 'domain-knows-no-infra',
      comment: 'rules of the product do not know where their data is kept',
      severity: 'error',
      from: { path: '/domain/', pathNot: spec },
      to: { path: '^src/modules/[^/]+/(infra|transport)/|^src/database/' },
    },
    {
      name: 'contracts-know-only-zod',
      comment: 'clients import the contract: it brings nothing else with it',
      severity: 'error',
      from: { path: '^contracts/', pathNot: spec },
      to: { pathNot: '^contracts/|node_modules/zod/' },
    },
    {
      name: 'product-imports-no-development-tool',
      comment: 'what is installed for development only is absent where Parley runs',
      severity: 'error',
      from: { path: '^(src|contracts)/', pathNot: spec },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'] },
    },
    {
      name: 'product-imports-no-tests',
      comment: 'tests, tools and benchmarks stand on the product, not under it',
      severity: 'error',
      from: { path: '^(src|contracts)/', pathNot: spec },
      to: { path: '^(test|tools|lint|scripts)/' },
    },
    {
      name: 'nothing-imports-lab',
      comment: 'the lab measures and attacks the product: no product or tool depends on it; a test may replay chat',
      severity: 'error',
      from: { pathNot: '^(lab|test)/' },
      to: { path: '^lab/' },
    },
    {
      name: 'lab-imports-only-the-product',
      comment: 'the lab imports the product and the cluster that it starts, not tests or other tools',
      severity: 'error',
      from: { path: '^lab/' },
      to: { path: '^(test|lint|scripts|tools/(?!cluster/))' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(dist|coverage|\\.data)/' },
    tsConfig: { fileName: 'tsconfig.json' },
    tsPreCompilationDeps: true,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
      extensions: ['.ts', '.js', '.mjs', '.json'],
    },
  },
};
