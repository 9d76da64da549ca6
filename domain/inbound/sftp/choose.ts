import type { Instant } from '../../instant.ts'
import { isWanted, type SftpSettings } from './settings.ts'

/** A file as the server lists it. */
export interface ListedFile {
  name: string
  kind: 'file' | 'folder' | 'link' | 'other'
  size: number
  /** By the server's clock, in whole seconds. */
  modifiedAt: Instant
}

/** What is remembered of a file that was listed before. */
export interface KnownFile {
  name: string
  size: number
  modifiedAt: Instant
  /** Since when, by our clock, it has been listed like this. */
  unchangedSince: Instant
  /** When it was stored here; null: it was not. */
  storedAt: Instant | null
  /** It was stored, and what is to become of it afterwards was done. */
  finished: boolean
  /** It was stored and could not be read by the source's layouts: the source's version then. */
  refusedBy: number | null
}

export interface ChoiceContext {
  settings: Pick<SftpSettings, 'pattern' | 'afterwards'>
  /** Of the source: what an older one refused may be what this one takes. */
  version: number
  /** As much as one file may have. */
  maxBytes: number
  now: Instant
}

export interface Choice {
  /** New and no longer growing, oldest first. */
  take: ListedFile[]
  /** Stored before, and still to be moved or deleted. */
  finish: ListedFile[]
  /** New, or still growing: to be looked at again. */
  waiting: ListedFile[]
  /** Asked for, and larger than what is taken. */
  tooLarge: ListedFile[]
  /** What the server has now, to be remembered in place of all else. */
  known: KnownFile[]
}

/** As long as a file has to stay as it is before it counts as whole: uploads pause. Looks are a minute apart at least. */
export const settleMs = 50_000

// A name that is more than a name could lead out of the folder; a server may be anybody's.
const plainName = /^(?!\.{1,2}$)[^/\\\p{Cc}]{1,255}$/u

/**
 * What to do with what a folder holds (Inbound: files). A file is new when its name, size or time is; it is taken once
 * two looks at least `settleMs` apart saw it the same, and again when it was refused and the source was edited. Links are not followed, nor names that are paths.
 */
export function chooseFiles(
  listed: readonly ListedFile[],
  before: readonly KnownFile[],
  { settings, version, maxBytes, now }: ChoiceContext,
): Choice {
  const remembered = new Map(before.map((file) => [file.name, file]))
  const choice: Choice = { take: [], finish: [], waiting: [], tooLarge: [], known: [] }
  for (const file of listed) {
    if (file.kind !== 'file' || !plainName.test(file.name) || !isWanted(file.name, settings)) continue
    const known = asSeen(file, remembered.get(file.name), now)
    choice.known.push(known)
    const isDone = known.storedAt !== null && (known.refusedBy === null || known.refusedBy === version)
    if (isDone) {
      // What was refused stays where it is, whatever is to become of the others: it is still wanted.
      const isLeft = known.finished || known.refusedBy !== null || settings.afterwards.action === 'leave'
      if (!isLeft) choice.finish.push(file)
    } else if (file.size > maxBytes) choice.tooLarge.push(file)
    else if (now - known.unchangedSince >= settleMs) choice.take.push(file)
    else choice.waiting.push(file)
  }
  choice.take.sort(oldestFirst)
  choice.finish.sort(oldestFirst)
  return choice
}

function asSeen({ name, size, modifiedAt }: ListedFile, known: KnownFile | undefined, now: Instant): KnownFile {
  if (known && known.size === size && known.modifiedAt === modifiedAt) return known
  return { name, size, modifiedAt, unchangedSince: now, storedAt: null, finished: false, refusedBy: null }
}

/** Of two of the same second, by name: exports of one night carry a number. */
function oldestFirst(one: ListedFile, other: ListedFile): number {
  return one.modifiedAt - other.modifiedAt || (one.name < other.name ? -1 : 1)
}
