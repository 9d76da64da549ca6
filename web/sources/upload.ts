import type { Readable } from 'node:stream'
import { Busboy, type BusboyHeaders, type BusboyInstance } from '@fastify/busboy'
import type { Request } from 'express'
import { Problem } from '../../domain/problem.ts'

/** A form with a file, as far as it has arrived: the fields before the file, and the file as it comes. */
export interface Upload {
  fields: Readonly<Record<string, string>>
  /** '' when none was chosen. */
  name: string
  /** Has to be read to its end, or destroyed. It fails when the browser goes away in the middle. */
  body: Readable
}

/** Throws `unsupportedMedia` and `malformed` for what is no form with a file. */
export function readUpload(req: Request): Promise<Upload> {
  return new Promise((resolve, reject) => {
    const parser = parserOf(req)
    const fields: Record<string, string> = {}
    parser.on('field', (name, value) => {
      fields[name] = value
    })
    parser.on('file', (_field, body, name) => {
      req.once('close', () => {
        if (!req.complete) body.destroy(new Problem('malformed', 'The file did not arrive whole.'))
      })
      resolve({ fields, name: name ?? '', body })
    })
    parser.on('finish', () => reject(new Problem('malformed', 'The form has no file.')))
    parser.on('error', () => reject(new Problem('malformed', 'The form with the file cannot be read.')))
    req.pipe(parser)
  })
}

function parserOf(req: Request): BusboyInstance {
  if (!req.is('multipart/form-data')) throw new Problem('unsupportedMedia', 'A file comes in a form of its own.')
  try {
    const limits = { files: 1, fields: 10, fieldSize: 2_000, parts: 12 }
    return new Busboy({ headers: req.headers as BusboyHeaders, limits })
  } catch {
    throw new Problem('malformed', 'The form with the file cannot be read.')
  }
}
