// Makes db/codeNames/icd10.tsv.gz from a release of ICD-10-CM (public domain, CDC and CMS): the tabular list, and the list
// of all codes, one a line and with or without its text.
//   node scripts/codeNames.mjs icd10cm-tabular-2027.xml icd10cm-codes-2027.txt
import { readFileSync, writeFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'

const [tabular, list] = process.argv.slice(2)
if (!tabular || !list) {
  console.error('node scripts/codeNames.mjs TABULAR.xml CODES.txt')
  process.exit(2)
}
const entities = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }
const text = (xml) => xml.replaceAll(/&(\w+);/g, (whole, name) => entities[name] ?? whole).trim()

const names = new Map()
for (const [, code, name] of readFileSync(tabular, 'utf8').matchAll(
  /<diag\b[^>]*>\s*<name>([^<]+)<\/name>\s*<desc>([^<]*)/g,
))
  names.set(code.replaceAll('.', ''), text(name))

// What a code has below it: a filter for it has to ask for all that begin alike.
const all = readFileSync(list, 'utf8')
  .split('\n')
  .map((line) => line.trim().split(/\s/)[0].replaceAll('.', ''))
const parents = new Set()
for (const code of [...names.keys(), ...all.filter((each) => /^[A-Z]\d[0-9A-Z]{1,5}$/.test(each))])
  for (let length = 3; length < code.length; length += 1) parents.add(code.slice(0, length))

const lines = [...names]
  .sort(([a], [b]) => (a < b ? -1 : 1))
  .map(([code, name]) => `${code}${parents.has(code) ? '+' : ''}\t${name}`)
if (lines.length < 40_000) throw new Error(`only ${lines.length} codes: is this the tabular list?`)
writeFileSync(new URL('../db/codeNames/icd10.tsv.gz', import.meta.url), gzipSync(`${lines.join('\n')}\n`, { level: 9 }))
console.log(`${lines.length} codes`)
