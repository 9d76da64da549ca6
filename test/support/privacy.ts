import { Client, Connection } from '@temporalio/client'
import { asAdmin } from './database.ts'

/** Made-up, and nothing like a word of ours: whatever a test's patients, staff and texts are called. */
export const privateWords = [
  'Zephyrine',
  'Quill',
  'Quillon',
  '5555550101',
  '555-0101',
  'zephyrine@example.org',
  'see you on',
  '1980-02-03',
  'Strange',
  'Riverside Main',
  'insulin',
] as const

/** The private words that stand in a text, whatever their case, also in base64 as payloads of a history carry them. */
export function privateIn(text: string, words: readonly string[] = privateWords): string[] {
  const plain = text.toLowerCase()
  return words.filter((word) => plain.includes(word.toLowerCase()))
}

/**
 * Reads every history of a namespace, with all its payloads and failures, and what operators see beside it; returns
 * each private word found with the workflow it was found in.
 */
export async function scanHistories(address: string, namespace: string): Promise<{ scanned: number; found: string[] }> {
  const connection = await Connection.connect({ address })
  const client = new Client({ connection, namespace })
  const found: string[] = []
  let scanned = 0
  try {
    for await (const { workflowId, runId } of client.workflow.list()) {
      const handle = client.workflow.getHandle(workflowId, runId)
      const { raw } = await handle.describe()
      const history = await handle.fetchHistory()
      const text = readable(history) + readable(raw)
      found.push(...privateIn(text).map((word) => `${word} in ${workflowId}`))
      scanned += 1
    }
  } finally {
    await connection.close()
  }
  return { scanned, found }
}

/**
 * Every row of every table, whatever the type of its columns, past all policies; returns each table in which one of the
 * texts stands in plain. Bytes are read as the text they would be: what is encrypted shows nothing.
 */
export async function scanTables(url: string, texts: readonly string[]): Promise<{ tables: number; found: string[] }> {
  return asAdmin(url, async (client) => {
    const { rows: tables } = await client.query<{ name: string; bytes: string[] }>(
      `select t.table_name as name, coalesce(array_agg(c.column_name::text) filter (where c.data_type = 'bytea'), '{}') as bytes
         from information_schema.tables t join information_schema.columns c using (table_schema, table_name)
        where t.table_schema = 'public' and t.table_type = 'BASE TABLE' group by t.table_name order by 1`,
    )
    const found: string[] = []
    for (const { name, bytes } of tables)
      for (const text of texts) {
        const inBytes = bytes.map((column) => `or position(convert_to($1, 'UTF8') in t."${column}") > 0`).join(' ')
        const { rows } = await client.query<{ count: number }>(
          `select count(*)::int as count from "${name}" t where position(lower($1) in lower(t::text)) > 0 ${inBytes}`,
          [text],
        )
        if ((rows[0]?.count ?? 0) > 0) found.push(`${text} in ${name}`)
      }
    return { tables: tables.length, found }
  })
}

/** All strings of a protobuf message, the bytes of its payloads as the text they are. Its own JSON would hide them in base64. */
function readable(message: unknown): string {
  if (typeof message === 'string') return `${message}\n`
  if (message instanceof Uint8Array) return `${Buffer.from(message).toString('utf8')}\n`
  if (typeof message !== 'object' || message === null) return ''
  return Object.values(message).map(readable).join('')
}
