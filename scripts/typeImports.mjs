// A workflow runs in a sandbox: of other folders it may know the types, nothing that runs. dependency-cruiser, without
// the compiler's own parser, does not tell the two apart.
import { readdirSync, readFileSync } from 'node:fs'

const folder = new URL('../workflows/', import.meta.url)
const problems = []
for (const file of readdirSync(folder, { recursive: true })) {
  if (!file.endsWith('.ts')) continue
  const source = readFileSync(new URL(file, folder), 'utf8')
  for (const [statement] of source.matchAll(/^(?:import|export)\b(?! type\b)[^'"]*from '\.\.\/[^']*'/gm)) {
    problems.push(`workflows/${file}: ${statement.replaceAll(/\s+/g, ' ')}: use import type, or move it out`)
  }
}
for (const problem of problems) console.error(problem)
process.exitCode = problems.length > 0 ? 1 : 0
