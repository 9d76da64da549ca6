// Who may import whom. A folder that is not listed as a target may not be imported: each rule names all it allows.
const ours = '^(domain|db|ehr|activities|workflows|worker|api|web|start|embedded|bench|test|scripts)/'

/** @param {string} from @param {string} allowed */
const folder = (from, allowed, comment) => ({
  name: `${from}-imports`,
  comment,
  severity: 'error',
  // A main.ts puts a process together: it may import whatever that takes.
  from: { path: `^${from}/`, pathNot: '/main\\.ts$' },
  to: { path: ours, pathNot: `^(${allowed})` },
})

export default {
  forbidden: [
    folder('domain', 'domain/', 'the core is pure: it imports nothing of ours'),
    folder('db', 'db/|domain/', 'db may import domain'),
    folder('ehr', 'ehr/|domain/', 'what we ask EHRs for knows nothing of storing it'),
    folder(
      'activities',
      'activities/|domain/|db/|ehr/|workflows/(names|step)\\.ts$',
      'activities import domain, db and what a workflow and its activities agree on',
    ),
    folder('api', 'api/|domain/|db/|ehr/|workflows/names\\.ts$', 'api imports domain, db and the names of workflows'),
    folder('web', 'web/|domain/|db/|ehr/|workflows/names\\.ts$', 'web imports domain, db and the names of workflows'),
    folder('embedded', 'embedded/', 'the embedded servers know nothing of the product'),
    folder('workflows', 'workflows/|domain/|activities/', 'of these two, types only: scripts/sourceRules.mjs looks'),
    folder(
      'worker',
      'worker/|domain/|db/|ehr/|activities/|workflows/|embedded/',
      'the worker may import all of the engine',
    ),
    {
      name: 'no-node-in-workflows',
      comment: 'a workflow has no files, no network and no clock of its own',
      severity: 'error',
      from: { path: '^workflows/' },
      to: { dependencyTypes: ['core'] },
    },
    {
      name: 'no-io-in-domain',
      comment: 'the core is pure',
      severity: 'error',
      from: { path: '^domain/' },
      to: { dependencyTypes: ['core'], pathNot: '^(node:)?crypto$' },
    },
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    { name: 'resolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
  ],
  options: {
    parser: 'swc',
    doNotFollow: { path: 'node_modules' },
    exclude: { path: '^(node_modules|web/static)/' },
    enhancedResolveOptions: { extensions: ['.ts', '.mjs', '.js', '.json'] },
  },
}
