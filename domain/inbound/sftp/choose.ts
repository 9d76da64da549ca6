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

/** As long as a file has to stay as it is before it counts as whole: uploads pause. */
export const settleMs = 60_000
/** As much as one file may have. */
export const maxFileBytes = 512 * 1024 ** 2

// A name that is more than a name could lead out of the folder; a server may be anybody's.
const plainName = /^(?!\.{1,2}$)[^/\\\p{Cc}]{1,255}$/u

/**
 * What to do with what a folder holds (Inbound: files). A file is new when its name, size or time is; it is taken once
 * two looks at least `settleMs` apart saw it the same. Links are not followed, nor names that are paths.
 */
export function chooseFiles(
  listed: readonly ListedFile[],
  before: readonly KnownFile[],
  settings: Pick<SftpSettings, 'pattern' | 'afterwards'>,
  now: Instant,
): Choice {
  const remembered = new Map(before.map((file) => [file.name, file]))
  const choice: Choice = { take: [], finish: [], waiting: [], tooLarge: [], known: [] }
  for (const file of listed) {
    if (file.kind !== 'file' || !plainName.test(file.name) || !isWanted(file.name, settings)) continue
    const known = asSeen(file, remembered.get(file.name), now)
    choice.known.push(known)
    if (known.storedAt !== null) {
      if (!known.finished && settings.afterwards.action !== 'leave') choice.finish.push(file)
    } else if (file.size > maxFileBytes) choice.tooLarge.push(file)
    else if (now - known.unchangedSince >= settleMs) choice.take.push(file)
    else choice.waiting.push(file)
  }
  choice.take.sort(oldestFirst)
  choice.finish.sort(oldestFirst)
  return choice
}

function asSeen({ name, size, modifiedAt }: ListedFile, known: KnownFile | undefined, now: Instant): KnownFile {
  if (known && known.size === size && known.modifiedAt === modifiedAt) return known
  return { name, size, modifiedAt, unchangedSince: now, storedAt: null, finished: false }
}

/** Of two of the same second, by name: exports of one night carry a number. */
function oldestFirst(one: ListedFile, other: ListedFile): number {
  return one.modifiedAt - other.modifiedAt || (one.name < other.name ? -1 : 1)
}
