import { hash } from 'node:crypto'
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { newId } from '../db/newId.ts'
import type { Product } from './product.ts'

/**
 * What taking a message cannot do without, and nothing else: a server of Node's own that reads the body, encrypts and
 * hashes it as the product does, and stores it in a transaction before it answers.
 */
export async function startBareStore({ database, encryption, organizationId, ehrSource, stopping }: Product) {
  const store = (body: Buffer) =>
    database.inOrganization(organizationId, (tx) =>
      tx.query(
        `insert into inbound_message (organization_id, id, source_id, received_at, outcome, reasons, records, content_type, raw, hash)
         values ($1, $2, $3, $4, 'received', '[]', 0, 'text/plain', $5, $6)`,
        [
          organizationId,
          newId(),
          ehrSource.id,
          new Date(tx.now),
          encryption.encrypt(body),
          hash('sha256', body, 'base64url'),
        ],
        'bareStore',
      ),
    )
  const server = createServer((req, res) => {
    const chunks: Buffer[] = []
    req.on('data', (chunk: Buffer) => chunks.push(chunk))
    req.on('end', () => {
      store(Buffer.concat(chunks)).then(
        () => res.end('stored'),
        () => res.writeHead(500).end(),
      )
    })
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  stopping.add('bare store', async () => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
}
