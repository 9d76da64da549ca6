import { defineEntity, type InferEntity, p } from '@mikro-orm/postgresql'
import { instant } from './columns.ts'

/** A file on a source's SFTP server, as it was listed last: what is known of it is not fetched again. */
export const SftpFile = defineEntity({
  name: 'SftpFile',
  tableName: 'sftp_file',
  properties: {
    organizationId: p.uuid().primary(),
    sourceId: p.uuid().primary(),
    name: p.text().primary(),
    size: p.bigint('number'),
    /** By the server's clock. */
    modifiedAt: instant(),
    unchangedSince: instant(),
    /** Null: it was not stored here. */
    storedAt: instant().nullable(),
    /** The version of the source whose layouts could not read it. */
    refusedBy: p.integer().nullable(),
    /** It was stored, and moved or deleted where that was asked for. */
    finished: p.boolean().default(false),
    /** Null: it is there. */
    goneSince: instant().nullable(),
  },
})
export type SftpFile = InferEntity<typeof SftpFile>
