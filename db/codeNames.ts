import { readFile } from 'node:fs/promises'
import { promisify } from 'node:util'
import { gunzip } from 'node:zlib'
import type { CodeSystem } from '../domain/careEvent.ts'
import { type CodeName, readCodeNames } from '../domain/codeNames.ts'

const lists = new Map<CodeSystem, Promise<readonly CodeName[]>>()

/**
 * The public list of a code system, read when it is first asked for and then kept. CPT's names are licensed: its list
 * is empty.
 */
export function codeNames(system: CodeSystem): Promise<readonly CodeName[]> {
  if (system === 'cpt') return Promise.resolve([])
  const list = lists.get(system) ?? read(system)
  lists.set(system, list)
  return list
}

async function read(system: CodeSystem): Promise<readonly CodeName[]> {
  const packed = await readFile(new URL(`codeNames/${system}.tsv.gz`, import.meta.url))
  return readCodeNames((await promisify(gunzip)(packed)).toString('utf8'))
}
