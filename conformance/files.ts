import { readdir, readFile } from 'node:fs/promises'
import { extname, join, relative } from 'node:path'

export type Format = 'fhir' | 'hl7v2'

export interface SampleFile {
  /** Relative to the folder that was given. */
  name: string
  format: Format
  body: Buffer
}

const formats: Record<string, Format> = { '.json': 'fhir', '.hl7': 'hl7v2', '.er7': 'hl7v2' }

/** All FHIR and HL7 v2 files of a folder and its subfolders, by name; others are none of our business. */
export async function sampleFiles(folder: string): Promise<SampleFile[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true })
  const files = entries
    .filter((entry) => entry.isFile() && formats[extname(entry.name).toLowerCase()] !== undefined)
    .map((entry) => join(entry.parentPath, entry.name))
    .sort()
  return Promise.all(
    files.map(async (file) => ({
      name: relative(folder, file),
      format: formats[extname(file).toLowerCase()] as Format,
      body: await readFile(file),
    })),
  )
}
