// Rules of the layout that are about the text of a file, where neither the compiler nor the import checker looks.
import { readdirSync, readFileSync } from 'node:fs'

const root = new URL('../', import.meta.url)

const everywhere = ['domain', 'db', 'api', 'web', 'worker', 'activities']
const sqlClock = "no SQL clock: pass the clock's time"

/** Folders, what must not be found in their files, why, and which files when not all. */
const rules = [
  // dependency-cruiser, without the compiler's own parser, does not tell a type from a value.
  [['workflows'], /^(?:import|export)\b(?! type\b)[^'"]*from '\.\.\/[^']*'/gm, 'a workflow may import types only'],
  [
    ['domain', 'db', 'ehr', 'api', 'web', 'activities'],
    /\bDate\.now\(|\bnew Date\(\)/g,
    'what decides takes its clock as an argument',
  ],
  [['domain'], /\bMath\.random\(|\bprocess\./g, 'the core is pure'],
  [['db'], /^[^`]*?(?<![.\w$])(?:now|clock_timestamp)\(\)/gm, sqlClock, /\.sql$/],
  [everywhere, /`[^`]*\b(?:select|insert|update|delete)\b[^`]*(?<![.\w$])(?:now|clock_timestamp)\(\)/gi, sqlClock],
]

const problems = []
for (const [folders, pattern, why, files = /\.ts$/] of rules) {
  for (const file of folders.flatMap(filesOf).filter((name) => files.test(name))) {
    const source = withoutComments(readFileSync(new URL(file, root), 'utf8'))
    for (const [found] of source.matchAll(pattern)) problems.push(`${file}: ${found.replaceAll(/\s+/g, ' ')}: ${why}`)
  }
}
for (const problem of problems) console.error(problem)
process.exitCode = problems.length > 0 ? 1 : 0

function filesOf(folder) {
  const names = readdirSync(new URL(folder, root), { recursive: true })
  return names
    .filter((name) => /\.(ts|sql)$/.test(name) && !/(^|\/)main\.ts$/.test(name))
    .map((name) => `${folder}/${name}`)
}

function withoutComments(source) {
  return source.replaceAll(/\/\*[\s\S]*?\*\//g, '').replaceAll(/(?<=^|\s)(?:\/\/|--).*$/gm, '')
}
