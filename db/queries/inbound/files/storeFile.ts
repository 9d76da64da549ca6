import { createHash } from 'node:crypto'
import { checkHeader, layoutFor } from '../../../../domain/inbound/csv/layout.ts'
import type { CsvLayout } from '../../../../domain/inbound/csv/settings.ts'
import type { InboundReason } from '../../../../domain/inbound/reason.ts'
import type { Instant } from '../../../../domain/instant.ts'
import type { Encryption } from '../../../encryption.ts'
import { newId } from '../../../newId.ts'
import type { Database, Tx } from '../../../orm.ts'
import { at } from '../../values.ts'
import type { InboundSource } from '../source.ts'
import { inChunks, writeChunk } from './chunks.ts'
import { csvRows, UnreadableCsv } from './csvRows.ts'
import { withLittleGarbage } from './littleGarbage.ts'

export interface FileDeps {
  database: Database
  encryption: Encryption
  /** The most that a file may have, in bytes, after decompression. */
  maxFileBytes?: number
}

/** A file of a source as it arrives. An error that its body throws leaves nothing behind. */
export interface ArrivingFile {
  /** As the source calls it; the layout may depend on it. */
  name: string
  body: AsyncIterable<Buffer>
  /** The layout by name; else the file's name decides. */
  layout?: string | null
  /** When it was written, where that is known: the order of its rows. Else it is when it arrived. */
  modifiedAt?: Instant | null
}

/** What became of an arriving file. When this is known, all of it is stored. */
export interface StoredFile {
  fileId: string
  /** `waiting`: it will be imported; `refused`: it can't be, see the reasons; `repeat`: `fileId` is that same file from before. */
  outcome: 'waiting' | 'refused' | 'repeat'
  reasons: InboundReason[]
}

/** More bytes than a file may have; nothing of it is stored. */
export class FileTooLarge extends Error {
  override name = 'FileTooLarge'
  readonly maxBytes: number
  constructor(maxBytes: number) {
    super(`the file is larger than ${Math.floor(maxBytes / 1024 / 1024)} MB, the most that is taken`)
    this.maxBytes = maxBytes
  }
}

export const defaultMaxFileBytes = 500 * 1024 * 1024

/** How long (ms) nothing may be heard of a file that is still arriving: then what is there of it is deleted. */
const silentFor = 60 * 60_000

/**
 * Stores a file of a source as it came, in pieces, and hands it to the workers (Inbound: files). The pieces are
 * transactions of their own, so that a slow sender holds none open; a file that is not whole is nobody's, and goes.
 * Throws `FileTooLarge`, and whatever its body throws.
 */
export async function storeFile(
  deps: FileDeps,
  source: InboundSource,
  file: ArrivingFile,
  now: Instant,
): Promise<StoredFile> {
  const inSource = <T>(work: (tx: Tx) => Promise<T>) => deps.database.inOrganization(source.organizationId, work)
  const layout = layoutFor(source.settings.csv, file.name, file.layout ?? null)
  const fileId = newId()
  await inSource((tx) => beginFile(tx, source, { ...file, id: fileId, layout: layout?.name ?? null }, now))
  try {
    const { hash, bytes, head } = await withLittleGarbage(() => storeBody(deps, inSource, fileId, file.body))
    const reasons = layout === null ? [noLayout(source, file)] : await checkHead(layout, head)
    return await inSource((tx) => endFile(tx, source, { fileId, hash, bytes, layout, reasons }, now))
  } catch (error) {
    await inSource((tx) => tx.query('delete from ehr_file where id = $1', [fileId]))
    throw error
  }
}

async function beginFile(
  tx: Tx,
  source: InboundSource,
  file: { id: string; name: string; layout: string | null; modifiedAt?: Instant | null },
  now: Instant,
): Promise<void> {
  const writtenAt = Math.min(file.modifiedAt ?? now, now)
  await tx.query(
    `insert into ehr_file (organization_id, id, source_id, name, layout, hash, received_at, version_at, state, next_attempt_at, created_at, updated_at)
     values ($1, $2, $3, $4, $5, '', $6, $7, 'receiving', $8, $6, $6)`,
    [
      tx.organizationId,
      file.id,
      source.id,
      file.name.slice(0, 300),
      file.layout,
      at(now),
      at(writtenAt),
      at(now + silentFor),
    ],
  )
}

/** The first bytes, in which the header has to be. */
const headBytes = 256 * 1024

async function storeBody(
  { encryption, maxFileBytes = defaultMaxFileBytes }: FileDeps,
  inSource: <T>(work: (tx: Tx) => Promise<T>) => Promise<T>,
  fileId: string,
  body: AsyncIterable<Buffer>,
): Promise<{ hash: string; bytes: number; head: Buffer }> {
  const hash = createHash('sha256')
  let bytes = 0
  let head = Buffer.alloc(0)
  let position = 0
  for await (const chunk of inChunks(body)) {
    bytes += chunk.length
    if (bytes > maxFileBytes) throw new FileTooLarge(maxFileBytes)
    hash.update(chunk)
    if (head.length < headBytes) head = Buffer.concat([head, chunk]).subarray(0, headBytes)
    await inSource(async (tx) => {
      await writeChunk(tx, encryption, fileId, position, chunk)
      await tx.query('update ehr_file set next_attempt_at = $2 where id = $1', [fileId, at(tx.now + silentFor)])
    })
    position += 1
  }
  return { hash: hash.digest('hex'), bytes, head }
}

function noLayout(source: InboundSource, { name, layout }: ArrivingFile): InboundReason {
  const known = source.settings.csv.layouts.map((each) => `"${each.name}"`).join(', ')
  const has =
    known === ''
      ? 'this source has no layout yet: say in its settings what its columns mean'
      : `this source has ${known}`
  const message = layout
    ? `"${layout}" is no layout of this source: ${has}`
    : `no layout fits a file named "${name.slice(0, 100)}": ${has}`
  return { severity: 'error', code: 'unsupportedResource', path: 'file', message }
}

async function checkHead(layout: CsvLayout, head: Buffer): Promise<InboundReason[]> {
  try {
    for await (const { cells } of csvRows(layout, oneChunk(head), { most: 1 })) return checkHeader(layout, cells)
  } catch (error) {
    if (error instanceof UnreadableCsv) return [error.reason]
    throw error
  }
  return [
    { severity: 'error', code: 'missing', path: 'file', message: 'is empty: its first row has to name the columns' },
  ]
}

async function* oneChunk(chunk: Buffer): AsyncGenerator<Buffer> {
  yield chunk
}

/** The file is whole: from here on it is a worker's. One that equals the last of its layout is dropped as a repeat. */
async function endFile(
  tx: Tx,
  source: InboundSource,
  file: { fileId: string; hash: string; bytes: number; layout: CsvLayout | null; reasons: InboundReason[] },
  now: Instant,
): Promise<StoredFile> {
  const { fileId, hash, bytes, layout, reasons } = file
  // Two files of a source that end at the same moment take turns.
  await tx.query(`update ehr_source set last_message_at = greatest(last_message_at, $2) where id = $1`, [
    source.id,
    at(now),
  ])
  const [last] = await tx.query<{ id: string; hash: string; state: string }>(
    `select id, hash, state from ehr_file where source_id = $1 and layout is not distinct from $2 and id <> $3
       and state not in ('receiving', 'rejected', 'cancelled', 'failed')
     order by received_at desc, id desc limit 1`,
    [source.id, layout?.name ?? null, fileId],
  )
  if (last && last.hash === hash && last.state !== 'refused') {
    await tx.query('delete from ehr_file where id = $1', [fileId])
    return { fileId: last.id, outcome: 'repeat', reasons: [] }
  }
  const refused = reasons.length > 0
  await tx.query(
    `update ehr_file set state = $2, hash = $3, bytes = $4, reasons = $5, next_attempt_at = $6, finished_at = $7, updated_at = $8
      where id = $1`,
    [
      ...[fileId, refused ? 'refused' : 'waiting', hash, bytes, JSON.stringify(reasons)],
      ...[refused ? null : at(now), refused ? at(now) : null, at(now)],
    ],
  )
  return { fileId, outcome: refused ? 'refused' : 'waiting', reasons }
}
