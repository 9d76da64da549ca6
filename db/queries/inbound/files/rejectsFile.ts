import { layoutFor } from '../../../../domain/inbound/csv/layout.ts'
import { type CsvLayout, csvLayoutSchema } from '../../../../domain/inbound/csv/settings.ts'
import { csvLine } from '../../../../domain/inbound/csv/write.ts'
import { sourceSettingsSchema } from '../../../../domain/inbound/sourceSettings.ts'
import { notFound } from '../../../../domain/problem.ts'
import type { Encryption } from '../../../encryption.ts'
import type { InboundReason } from '../../../entities/inbound.ts'
import type { Database } from '../../../orm.ts'
import { readChunks } from './chunks.ts'
import { csvRows } from './csvRows.ts'

interface RejectsDeps {
  database: Database
  encryption: Encryption
}

const pageRows = 500

/**
 * The rows of a file that were not taken, as CSV: the file's own columns, then the row's number and the reasons. Put
 * right and without the last two columns it can be posted again. Throws `notFound` before its first line.
 */
export async function* rejectsAsCsv(deps: RejectsDeps, organizationId: string, fileId: string): AsyncGenerator<string> {
  const { database, encryption } = deps
  const layout = await layoutOf(deps, organizationId, fileId)
  yield csvLine([...(await headerOf(deps, organizationId, fileId, layout)), 'Row', 'Reason'])
  for (let last = 0; ; ) {
    const rows = await database.inOrganization(organizationId, (tx) =>
      tx.query<{ row: number; body: Buffer; reasons: InboundReason[] }>(
        'select row, body, reasons from ehr_file_reject where file_id = $1 and row > $2 order by row limit $3',
        [fileId, last, pageRows],
      ),
    )
    for (const { row, body, reasons } of rows) {
      const cells = JSON.parse(encryption.decrypt(body)) as string[]
      const why = reasons.map(({ path, message }) => `${path} ${message}`).join('; ')
      yield csvLine([...cells, String(row), why])
    }
    last = rows.at(-1)?.row ?? last
    if (rows.length < pageRows) return
  }
}

async function layoutOf({ database }: RejectsDeps, organizationId: string, fileId: string): Promise<CsvLayout> {
  const [file] = await database.inOrganization(organizationId, (tx) =>
    tx.query<{ name: string; layout: string | null; layoutSettings: unknown; settings: unknown }>(
      `select f.name, f.layout, f.layout_settings as "layoutSettings", s.settings
         from ehr_file f join ehr_source s on s.organization_id = f.organization_id and s.id = f.source_id
        where f.id = $1 and f.state <> 'receiving'`,
      [fileId],
    ),
  )
  if (!file) throw notFound('file')
  if (file.layoutSettings !== null) return csvLayoutSchema.parse(file.layoutSettings)
  const layout = layoutFor(sourceSettingsSchema.parse(file.settings).csv, file.name, file.layout)
  if (layout === null) throw notFound('layout of this file')
  return layout
}

async function headerOf(
  deps: RejectsDeps,
  organizationId: string,
  fileId: string,
  layout: CsvLayout,
): Promise<string[]> {
  for await (const { cells } of csvRows(layout, readChunks(deps, organizationId, fileId), { most: 1 })) return cells
  return []
}
