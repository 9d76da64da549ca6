import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { type Format, sampleFiles } from './files.ts'
import { addSource, post, type Source, type Target } from './practice.ts'
import { type Verdict, verdictOf } from './verdict.ts'

// `npm run conformance -- <folder>`: posts every FHIR and HL7 v2 file of a folder to the system that `npm start` runs, and
// prints what became of each.

function targetOf(env: NodeJS.ProcessEnv): Target {
  const { CONFORMANCE_URL: url, CONFORMANCE_API_KEY: apiKey, DATA_DIR = '.data' } = env
  if (url && apiKey) return { url, apiKey }
  const file = join(DATA_DIR, 'first-run.json')
  if (!existsSync(file))
    throw new Error(
      `${file} is not there: start the system with npm start, name its data folder in DATA_DIR, or give CONFORMANCE_URL and CONFORMANCE_API_KEY`,
    )
  return JSON.parse(readFileSync(file, 'utf8')) as Target
}

async function main(): Promise<number> {
  const folder = process.argv[2]
  if (folder === undefined || !existsSync(folder)) {
    console.error('Name a folder with FHIR (.json) or HL7 v2 (.hl7) files: npm run conformance -- samples')
    return 2
  }
  const target = targetOf(process.env)
  const sources = new Map<Format, Source>()
  const counts: Record<Verdict['outcome'], number> = { accepted: 0, partly: 0, quarantined: 0, refused: 0 }
  for (const { name, format, body } of await sampleFiles(resolve(folder))) {
    const source = sources.get(format) ?? (await addSource(target, format))
    sources.set(format, source)
    const { outcome, became, why } = verdictOf(format, await post(target, source, format, body))
    counts[outcome] += 1
    console.log(`${outcome.padEnd(11)} ${name}`)
    for (const line of became) console.log(`            = ${line}`)
    for (const line of why) console.log(`            ! ${line}`)
  }
  const total = Object.values(counts).reduce((sum, count) => sum + count, 0)
  console.log(
    `\n${total} files: ${Object.entries(counts)
      .map(([outcome, count]) => `${count} ${outcome}`)
      .join(', ')}`,
  )
  return counts.refused > 0 ? 1 : 0
}

process.exitCode = await main().catch((error: unknown) => {
  const { message, cause } = error as { message?: string; cause?: { code?: string } }
  console.error(cause?.code === undefined ? message : `The system does not answer (${cause.code}): is it running?`)
  return 2
})
