import type { Client } from 'pg'

interface Column {
  name: string
  type: string
  required: boolean
  /** The first value that a check constraint allows. */
  allowed: string | null
}

const samples: Record<string, unknown> = {
  text: 'text',
  integer: 1,
  bigint: 1,
  boolean: false,
  date: '2026-03-02',
  'timestamp with time zone': '2026-03-02T14:00:00Z',
  jsonb: '{}',
  bytea: Buffer.from('bytes'),
  ARRAY: '{}',
}

/** A row of any table, with a value in each column that needs one; for tests that go through the whole catalog. */
export async function anyRow(
  client: Client,
  table: string,
  organizationId: string,
  id: string,
): Promise<Record<string, unknown>> {
  const { rows } = await client.query<Column>(
    `select c.column_name as name, c.data_type as type,
       c.is_nullable = 'NO' and c.column_default is null and c.is_identity = 'NO' as required,
       (select substring(pg_get_constraintdef(k.oid) from '''([^'']+)''') from pg_constraint k
        where k.conrelid = c.table_name::regclass and k.contype = 'c' and k.conname = c.table_name || '_' || c.column_name || '_check') as allowed
     from information_schema.columns c where c.table_schema = 'public' and c.table_name = $1`,
    [table],
  )
  const row: Record<string, unknown> = {}
  for (const { name, type, required, allowed } of rows)
    if (required) row[name] = type === 'uuid' ? id : (allowed ?? samples[type])
  row[table === 'organization' ? 'id' : 'organization_id'] = organizationId
  if (table === 'contact_point') row.patient_id = id
  return row
}

/** `insert into …` for a row, with its parameters. */
export function insertOf(table: string, row: Record<string, unknown>): { text: string; values: unknown[] } {
  const names = Object.keys(row)
  return {
    text: `insert into ${table} (${names.join(', ')}) values (${names.map((_, index) => `$${index + 1}`).join(', ')})`,
    values: Object.values(row),
  }
}
