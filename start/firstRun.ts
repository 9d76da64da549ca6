import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { FirstRun } from '../db/seed.ts'

/** `first-run.json`: how to get in. The passwords and keys in it are those of the first start, whatever came later. */
export interface FirstRunFile {
  url: string
  temporalUi: string | null
  admin: { email: string; password: string }
  /** The example practice's staff, who open what is sent to them securely. */
  staff: { email: string; password: string }[]
  apiKey: string
  ehrSource: { id: string; secret: string }
}

/** Writes what the first start made, or brings the addresses up to date; null when another start's file is not here. */
export function writeFirstRun(
  dataDir: string,
  made: FirstRun | null,
  addresses: { url: string; temporalUi: string | null },
): FirstRunFile | null {
  const file = join(dataDir, 'first-run.json')
  if (made === null && !existsSync(file)) return null
  const kept = made ?? (JSON.parse(readFileSync(file, 'utf8')) as Omit<FirstRunFile, 'staff'> & Partial<FirstRunFile>)
  const { admin, staff = [], apiKey, ehrSource } = kept
  const content = { ...addresses, admin, staff, apiKey, ehrSource }
  writeFileSync(file, `${JSON.stringify(content, null, 2)}\n`, { mode: 0o600 })
  return content
}
