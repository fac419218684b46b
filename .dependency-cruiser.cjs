// Who may import whom: law and documentation in one. Keys are folders of server/; recipes/ and contract/ are the root's.
// Change the table when the design changes, in the same commit, with a decision record.
const mayImport = {
  recipes: [],
  contract: ['recipes'],
  // Under the way of a mail.
  database: [],
  upstream: [],
  people: ['database'],
  'access-log': ['database'],
  live: ['database'],
  jobs: ['database', 'upstream'],
  graph: ['upstream', 'access-log'],
  html: [],
  // Beside it.
  connections: ['database', 'upstream', 'access-log', 'people', 'jobs'],
  'recipe-book': ['recipes', 'database', 'people'],
  // The way of a mail, from its end to its beginning: a stage knows what comes after it.
  boards: ['recipes', 'database', 'connections', 'upstream', 'people', 'html'],
  messages: ['recipes', 'graph', 'connections', 'upstream', 'html'],
  content: ['recipes', 'html', 'messages'],
  mailboxes: ['recipes', 'database', 'people', 'jobs', 'connections', 'recipe-book', 'upstream', 'graph', 'messages', 'content'],
  inbox: ['database', 'jobs', 'connections', 'upstream'],
  runs: ['recipes', 'database', 'people', 'jobs', 'live', 'graph', 'inbox', 'messages', 'content', 'boards'],
  actions: [
    'recipes',
    'database',
    'people',
    'jobs',
    'live',
    'graph',
    'html',
    'connections',
    'messages',
    'content',
    'mailboxes',
    'boards',
    'runs',
  ],
  triggers: [
    'recipes',
    'database',
    'people',
    'jobs',
    'live',
    'graph',
    'html',
    'upstream',
    'connections',
    'recipe-book',
    'boards',
    'messages',
    'content',
    'mailboxes',
    'inbox',
    'runs',
    'actions',
  ],
  subscriptions: ['database', 'people', 'jobs', 'graph', 'connections', 'recipe-book', 'mailboxes', 'inbox'],
  notifications: ['database', 'people', 'jobs', 'recipe-book', 'mailboxes', 'inbox', 'subscriptions'],
  // What people do with their account: connect, disconnect, undo, export, erase.
  accounts: [
    'recipes',
    'database',
    'people',
    'access-log',
    'jobs',
    'graph',
    'connections',
    'recipe-book',
    'boards',
    'mailboxes',
    'inbox',
    'runs',
    'actions',
    'subscriptions',
  ],
  api: [
    'database',
    'recipes',
    'contract',
    'people',
    'access-log',
    'live',
    'jobs',
    'upstream',
    'connections',
    'recipe-book',
    'boards',
    'content',
    'mailboxes',
    'runs',
    'actions',
    'triggers',
    'accounts',
  ],
}

const rootFolders = ['recipes', 'contract']
const pathOf = (folder) => (rootFolders.includes(folder) ? `${folder}/` : `server/${folder}/`)

// Everybody may log, count, throw a problem, judge JSON before it is parsed and make a key of the server's credential. The shapes of the
// contract and of the configuration are known everywhere as types; their values are not.
const everybodys = ['^server/(log|metrics|problem|json-shape|plain-utf8|credential-key)\\.ts$']
const knownAsTypes = ['^contract/', '^server/config\\.ts$']

const folderRules = Object.entries(mayImport).flatMap(([folder, allowed]) => {
  const paths = [folder, ...allowed].map((name) => `^${pathOf(name)}`).concat(rootFolders.includes(folder) ? [] : everybodys)
  const rule = (name, to) => ({
    name,
    severity: 'error',
    comment: `${folder} may import ${allowed.length === 0 ? 'no other folder' : allowed.join(', ')}`,
    from: { path: `^${pathOf(folder)}` },
    to: { path: '^(server|recipes|contract|addin|sandbox|test|bench)/', ...to },
  })
  return [
    rule(`${folder}-imports-its-own`, { pathNot: paths, dependencyTypesNot: ['type-only'] }),
    rule(`${folder}-knows-its-own`, {
      pathNot: rootFolders.includes(folder) ? paths : [...paths, ...knownAsTypes],
      dependencyTypes: ['type-only'],
    }),
  ]
})

module.exports = {
  forbidden: [
    ...folderRules,
    {
      name: 'no-cycles',
      severity: 'error',
      from: {},
      to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only'] } },
    },
    {
      name: 'no-cycles-by-types',
      severity: 'error',
      comment: 'The two lowest folders are read from the bottom up: a type that two files share belongs in a third file under both',
      from: { path: '^(recipes|server/database)/' },
      to: { circular: true },
    },
    {
      name: 'config-is-read-at-the-top',
      severity: 'error',
      from: { path: '^server/', pathNot: '^server/(main|server|verify-access-log)\\.ts$' },
      to: { path: '^server/config\\.ts$', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'calls-go-out-in-one-place',
      severity: 'error',
      from: { path: '^(server|recipes|contract|addin)/', pathNot: '^server/upstream/request\\.ts$' },
      to: { path: '^node_modules/undici/' },
    },
    { name: 'pane-imports-its-own', severity: 'error', from: { path: '^addin/' }, to: { path: '^(server|sandbox|test|bench)/' } },
    {
      name: 'pane-imports-shared-parts-only',
      severity: 'error',
      from: { path: '^addin/' },
      to: { path: '^(?!addin|recipes|contract|node_modules)', dependencyTypes: ['local'] },
    },
    {
      name: 'only-tests-know-the-stand-ins',
      severity: 'error',
      from: { path: '^(server|recipes|contract|addin)/' },
      to: { path: '^(sandbox|test|bench)/' },
    },
    { name: 'the-language-is-pure', severity: 'error', from: { path: '^recipes/' }, to: { dependencyTypes: ['core'] } },
    {
      name: 'nothing-unresolved',
      severity: 'error',
      from: { path: '^(server|recipes|contract|addin|sandbox)/' },
      to: { couldNotResolve: true },
    },
  ],
  options: {
    parser: 'swc',
    tsPreCompilationDeps: false,
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^sandbox/outlook/' },
    enhancedResolveOptions: { extensions: ['.ts', '.tsx', '.js', '.mjs'], conditionNames: ['node', 'import'], exportsFields: ['exports'] },
  },
}
