import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { storeMessage } from '../db/queries/inbound/message.ts'
import { type Figure, figureOf, round } from './figure.ts'
import type { Measured, ToImport } from './files/importer.ts'
import { line } from './files/lines.ts'
import type { Product } from './product.ts'

const rows = 500_000
const baselineRows = 20_000

/**
 * Rows per second of a CSV file from its first byte until the last row is in the database, all of them new, and the most
 * memory that the process which stores and imports it ever had; `again`: the same appointments the night after. The
 * baseline is what cannot be left out: a row stored as a raw message, a hundred in a transaction.
 */
export async function csv(product: Product): Promise<Figure> {
  const inserts = await insertsPerSecond(product)
  const measured = await importIn(product, {
    databaseUrl: product.databaseUrl,
    organizationId: product.organizationId,
    rows,
  })
  const { first, again } = measured
  return figureOf('csv', 'rows/s', first.perSecond, inserts, {
    rows: first.rows,
    cpuSeconds: first.cpuSeconds,
    again: {
      rows: again.rows,
      perSecond: again.perSecond,
      cpuSeconds: again.cpuSeconds,
      ratio: round(again.perSecond / inserts, 100),
      touched: again.touched,
    },
    storedMbPerSecond: again.storedMbPerSecond,
    peakMb: measured.peakMb,
    peakAtMostMb: 300,
  })
}

async function insertsPerSecond({ database, encryption, organizationId, ehrSource }: Product): Promise<number> {
  const source = { id: ehrSource.id }
  const began = performance.now()
  for (let from = 0; from < baselineRows; from += 100)
    await database.inOrganization(organizationId, async (tx) => {
      for (let n = from; n < from + 100; n += 1) {
        const raw = { contentType: 'text/csv', body: Buffer.from(line(n)) }
        await storeMessage({ tx, source, now: tx.now }, encryption, raw, {
          outcome: 'applied',
          reasons: [],
          records: 1,
        })
      }
    })
  return (baselineRows / (performance.now() - began)) * 1_000
}

/** In a process of its own, whose memory is nobody else's. */
async function importIn({ stopping }: Product, what: ToImport): Promise<Measured> {
  const program = new URL('./files/importer.ts', import.meta.url).pathname
  // As `npm start` and the image run Node.
  const child: ChildProcess = spawn(process.execPath, ['--max-semi-space-size=8', program, JSON.stringify(what)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  stopping.add('importing process', async () => void child.kill())
  if (!child.stdout) throw new Error('the importing process has no output')
  let measured: Measured | null = null
  for await (const said of createInterface({ input: child.stdout })) measured = JSON.parse(said) as Measured
  if (measured === null) throw new Error('the importing process ended without a word')
  return measured
}
