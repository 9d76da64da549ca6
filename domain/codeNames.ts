import type { CodeSystem } from './careEvent.ts'
import { normalizeCode, parseCodePattern } from './codes.ts'

/** A code of a public list, with its name. */
export interface CodeName {
  /** As it is compared: capitals, no dots. */
  code: string
  name: string
  /** Codes below it exist: a diagnosis is recorded with one of those. */
  hasMore: boolean
  /** The name as it is searched: lower case, no accents, each word after a blank. */
  folded: string
}

/** What a picker offers: `pattern` is what goes into an action's filter. */
export interface CodeSuggestion {
  system: CodeSystem
  code: string
  pattern: string
  name: string | null
}

/** Reads a list: a code, `+` where it has codes below it, a tab and its name a line, in the order of the codes. */
export function readCodeNames(text: string): CodeName[] {
  return text.split('\n').flatMap((line) => {
    const tab = line.indexOf('\t')
    if (tab < 0) return []
    const hasMore = line[tab - 1] === '+'
    const name = line.slice(tab + 1)
    return [{ code: line.slice(0, hasMore ? tab - 1 : tab), name, hasMore, folded: folded(name) }]
  })
}

/** A code as people write it: E11.9, 250.00, E885.9. */
export function writeCode(system: CodeSystem, code: string): string {
  const category = system === 'icd9' && code.startsWith('E') ? 4 : 3
  return system === 'cpt' || code.length <= category ? code : `${code.slice(0, category)}.${code.slice(category)}`
}

/**
 * What fits what was typed, best first: codes that begin with it, or names that have all of its words or their
 * beginnings. What is a code, or a pattern of codes, by its shape is always offered, first, listed or not.
 */
export function searchCodes(
  list: readonly CodeName[],
  system: CodeSystem,
  typed: string,
  limit: number,
): CodeSuggestion[] {
  const words = folded(typed).split(' ').filter(Boolean)
  if (words.length === 0) return []
  const start = normalizeCode(system, typed)
  const byCode = list.filter(({ code }) => code.startsWith(start))
  const found = byCode.length > 0 ? byCode : byName(list, words)
  const listed = found.slice(0, limit).map((entry) => suggestion(system, entry))
  const asTyped = ofShape(list, system, typed)
  const others = listed.filter(({ pattern }) => pattern !== asTyped?.pattern)
  return (asTyped ? [asTyped, ...others] : others).slice(0, limit)
}

/**
 * The name of a code, or of the prefix of a pattern: its own, or the nearest one above it (codes with a seventh
 * character); null for ranges, and where the list has none.
 */
export function nameOfCode(list: readonly CodeName[], system: CodeSystem, code: string): string | null {
  const pattern = parseCodePattern({ system, code })
  if (typeof pattern === 'string' || pattern.kind === 'range') return null
  return nearestName(list, pattern.code)
}

function nearestName(list: readonly CodeName[], code: string): string | null {
  for (let start = code; start.length >= 3; start = start.slice(0, -1)) {
    const entry = list[firstFrom(list, start)]
    if (entry?.code === start) return entry.name
  }
  return null
}

function byName(list: readonly CodeName[], words: readonly string[]): CodeName[] {
  const phrase = ` ${words.join(' ')}`
  const found = list.filter((entry) => words.every((word) => entry.folded.includes(` ${word}`)))
  const isStart = ({ folded: name }: CodeName) => (name.startsWith(phrase) ? 0 : 1)
  const rank = (entry: CodeName) => (entry.code.length * 2 + isStart(entry)) * 100 + Math.min(entry.name.length, 99)
  return found.sort((a, b) => rank(a) - rank(b) || (a.code < b.code ? -1 : 1))
}

function suggestion(system: CodeSystem, { code, name, hasMore }: CodeName): CodeSuggestion {
  const written = writeCode(system, code)
  return { system, code: written, pattern: hasMore ? `${written}${written.length === 3 ? '.' : ''}*` : written, name }
}

/** What was typed, when it is a code, a prefix or a range by its shape. */
function ofShape(list: readonly CodeName[], system: CodeSystem, typed: string): CodeSuggestion | null {
  const pattern = parseCodePattern({ system, code: typed })
  if (typeof pattern === 'string') return null
  if (pattern.kind === 'range') {
    const code = `${writeCode(system, pattern.from)}-${writeCode(system, pattern.to)}`
    return { system, code, pattern: code, name: null }
  }
  const entry = list[firstFrom(list, pattern.code)]
  const isListed = entry?.code === pattern.code
  if (pattern.kind === 'exact' && isListed) return suggestion(system, entry)
  const code = writeCode(system, pattern.code)
  const below = entry?.code.startsWith(pattern.code) === true
  const isPrefix = pattern.kind === 'prefix' || below
  const dot = isPrefix && code.length === 3 && system !== 'cpt' ? '.' : ''
  const name = isListed ? entry.name : nearestName(list, pattern.code)
  return {
    system,
    code,
    pattern: isPrefix ? `${code}${dot}*` : code,
    name: pattern.kind === 'exact' && below ? null : name,
  }
}

/** Where the codes from `start` on begin. */
function firstFrom(list: readonly CodeName[], start: string): number {
  let [low, high] = [0, list.length]
  while (low < high) {
    const middle = (low + high) >>> 1
    if ((list[middle] as CodeName).code < start) low = middle + 1
    else high = middle
  }
  return low
}

function folded(text: string): string {
  const plain = text.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase()
  return ` ${plain
    .replaceAll(/['’]/g, '')
    .replaceAll(/[^a-z0-9]+/g, ' ')
    .trim()}`
}
