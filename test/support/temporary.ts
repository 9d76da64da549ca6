import { existsSync, statfsSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { freemem, tmpdir } from 'node:os'
import { join } from 'node:path'

const memory = '/dev/shm'
/** Far more than the files of a whole run take. */
const wanted = 4 * 2 ** 30

/** Where tests keep their files: in memory where there is room for all of them, since a disk is most of what they wait for. */
export function temporaryParent(): string {
  return existsSync(memory) && roomIn(memory) > wanted && freemem() > 2 * wanted ? memory : tmpdir()
}

/** A new folder that only its owner may enter, in `temporaryParent()`. Whoever asks for it removes it. */
export function temporaryFolder(prefix: string): Promise<string> {
  return mkdtemp(join(temporaryParent(), prefix))
}

function roomIn(folder: string): number {
  const { bavail, bsize } = statfsSync(folder)
  return bavail * bsize
}
