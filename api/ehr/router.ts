import { type ErrorRequestHandler, type Request, type RequestHandler, type Response, Router } from 'express'
import { isOutage } from '../../db/queries/inbound/failure.ts'
import { SourceChanged } from '../../db/queries/inbound/receive.ts'
import { createReceiveTogether } from '../../db/queries/inbound/receiveTogether.ts'
import { countRejectedPost } from '../../db/queries/inbound/source.ts'
import { describeUnexpected, requestIdOf } from '../errors.ts'
import { readBody, tooLargeText } from './body.ts'
import { WrongSignature } from './csvBody.ts'
import { csvFormat } from './csvFormat.ts'
import type { EhrDeps } from './deps.ts'
import { fhirFormat } from './fhirFormat.ts'
import { hl7Format } from './hl7Format.ts'
import { type KnownSource, knownSources } from './knownSources.ts'
import { limitFailures, limitPosts } from './limits.ts'
import { oneAtATime, TooFarAhead } from './pace.ts'
import type { PostFormat, StreamFormat } from './postFormat.ts'
import { bearerHolds, proofOf, signatureHolds } from './sourceSecrets.ts'

const unauthorized =
  'X-Source-Id has to name a source of the practice, and Authorization: Bearer its secret, or X-Hub-Signature-256 the sha256= HMAC of the body by it'

/** `POST /ehr/fhir`, `/ehr/hl7v2` and `/ehr/csv` (Inbound: who may post, FHIR R4, HL7 v2, files). */
export function createEhrRouter(given: EhrDeps): Router {
  const router = Router()
  const deps = { together: createReceiveTogether(), ...given }
  const shared = { sources: knownSources(deps.database, deps.encryption), paced: oneAtATime() }
  for (const format of [fhirFormat(deps), hl7Format(deps), csvFormat(deps)])
    router.use(format.path, postRoute(deps, format, shared))
  return router
}

interface Shared {
  sources: ReturnType<typeof knownSources>
  paced: ReturnType<typeof oneAtATime>
}

function postRoute(deps: EhrDeps, format: PostFormat | StreamFormat, { sources, paced }: Shared): Router {
  const isStream = 'receiveStream' in format
  const maxBodyBytes = isStream ? format.maxBodyBytes : (deps.maxBodyBytes ?? format.maxBodyBytes)
  const { postsPerMinute = 60_000, failuresPerMinute = 120 } = deps
  const { refuse } = format
  const router = Router()

  const refuseStranger = async (res: Response, source: KnownSource | null, text = unauthorized) => {
    deps.metrics?.refused(source ? 'wrongSecret' : 'unknownSource')
    deps.log.warn({ requestId: requestIdOf(res), sourceId: source?.id ?? null }, 'EHR post refused')
    if (source) await countRejectedPost(deps.database, source, 'wrongSecret', deps.clock())
    refuse(res, 401, text)
  }

  /** The source whose secret a post knows; null after it was refused. A secret may have been changed a moment ago. */
  const authenticate = async (req: Request, res: Response): Promise<KnownSource | null> => {
    const proof = proofOf(req)
    const holds = (source: KnownSource) =>
      source.kind === format.kind &&
      source.status !== 'disabled' &&
      bearerHolds(proof, source.secret) &&
      (!Buffer.isBuffer(req.body) || signatureHolds(proof, source.secret, req.body))
    let source = proof.sourceId === null ? null : await sources.find(proof.sourceId)
    if (source && !holds(source) && sources.forget(source.id)) source = await sources.find(source.id)
    if (source && holds(source)) return source
    await refuseStranger(res, source)
    return null
  }

  /** Before the body is read: a stranger's is never. */
  const checkSource: RequestHandler = async (req, res, next) => {
    const source = await authenticate(req, res)
    if (!source) return
    res.locals.sourceId = source.id
    next()
  }
  const checkType: RequestHandler = (req, res, next) => {
    const type = req.get('content-type')?.split(';', 1)[0]?.trim().toLowerCase() ?? ''
    if (type === '' && isEmpty(req)) return next()
    if (!format.contentTypes.includes(type))
      return refuse(res, 415, `Content-Type has to be ${format.contentTypes.slice(0, 2).join(' or ')}`)
    next()
  }

  const receiveWith =
    (format: PostFormat): RequestHandler =>
    async (req, res) => {
      const body = Buffer.isBuffer(req.body) ? req.body : Buffer.alloc(0)
      req.body = body
      for (;;) {
        const source = await authenticate(req, res)
        if (!source) return
        const unproven = format.unprovenBySignature?.(req) ?? null
        if (unproven !== null && proofOf(req).bearer === null) return await refuseStranger(res, source, unproven)
        try {
          const now = deps.clock()
          const message = format.messageOf?.(req, body, now) ?? body
          const raw = { contentType: req.get('content-type') ?? '', body: message }
          const take = () => format.receive(source, raw, now)
          const taken = source.status === 'loading' ? paced(source.id, take) : take()
          const { status, contentType, answer, stored } = await taken
          for (const { messageId, outcome } of stored) {
            deps.log.info({ requestId: requestIdOf(res), messageId, outcome }, 'EHR message')
            deps.metrics?.taken(format.kind, outcome)
          }
          res.status(status).set({ 'Cache-Control': 'no-store', 'Content-Type': contentType }).send(answer)
          return
        } catch (error) {
          if (error instanceof TooFarAhead) {
            res.set('Retry-After', '10')
            return refuse(res, 429, `${error.message}: wait as Retry-After says, or send Bundles`)
          }
          if (!(error instanceof SourceChanged)) throw error
          sources.forget(source.id)
        }
      }
    }

  /** A body that is not read before it is taken: its signature, where there is one, is known after its last byte. */
  const receiveStreamWith =
    (format: StreamFormat): RequestHandler =>
    async (req, res) => {
      const encoding = req.get('content-encoding')?.trim().toLowerCase() ?? 'identity'
      if (!format.encodings.includes(encoding))
        return refuse(res, 415, `Content-Encoding has to be ${format.encodings.join(' or ')}, or be left out`)
      const source = await authenticate(req, res)
      if (!source) return
      try {
        const { status, contentType, answer } = await format.receiveStream(source, req, deps.clock())
        deps.log.info({ requestId: requestIdOf(res), sourceId: source.id, status }, 'EHR file')
        res.status(status).set({ 'Cache-Control': 'no-store', 'Content-Type': contentType }).send(answer)
      } catch (error) {
        // What still comes of it is thrown away.
        req.resume()
        if (error instanceof WrongSignature) return await refuseStranger(res, source)
        const refusal = format.refusalOf(error)
        if (refusal === null) throw error
        refuse(res, refusal.status, refusal.text)
      }
    }

  /** For the metrics, which count by route. */
  const nameRoute: RequestHandler = (_req, res, next) => {
    res.locals.route = `/ehr${format.path}`
    next()
  }
  const taken: RequestHandler[] = [
    nameRoute,
    limitFailures(failuresPerMinute, refuse),
    checkSource,
    limitPosts(postsPerMinute, (req) => String(req.res?.locals.sourceId), refuse),
    checkType,
    ...(isStream ? [receiveStreamWith(format)] : [...readBody(maxBodyBytes, refuse), receiveWith(format)]),
  ]
  router.post('/', taken)
  for (const { method, path } of isStream ? [] : (format.alsoTaken ?? [])) router[method](path, taken)
  router.all('/{*path}', (_req, res) => {
    res.set('Allow', 'POST')
    refuse(res, 405, format.onlyPost)
  })
  router.use(errorsAsRefusals(deps, refuse, maxBodyBytes))
  return router
}

function isEmpty(req: Request): boolean {
  return req.get('transfer-encoding') === undefined && (req.get('content-length') ?? '0') === '0'
}

/** An EHR reads answers of its format; what it should send again later is a 503. */
function errorsAsRefusals({ log }: EhrDeps, refuse: PostFormat['refuse'], maxBodyBytes: number): ErrorRequestHandler {
  return (error, _req, res, next) => {
    // It was refused while it still came.
    if (res.writableEnded) return
    if (res.headersSent) return next(error)
    const { type, status } = (error ?? {}) as { type?: unknown; status?: unknown }
    if (type === 'entity.too.large') return refuse(res, 413, tooLargeText(maxBodyBytes))
    if (type === 'encoding.unsupported')
      return refuse(res, 415, 'Content-Encoding has to be gzip, deflate or br, or be left out')
    if (typeof status === 'number' && status >= 400 && status < 500)
      return refuse(res, 400, 'The request cannot be read')
    log.error({ requestId: requestIdOf(res), error: describeUnexpected(error) }, 'EHR message failed')
    if (!isOutage(error))
      return refuse(
        res,
        500,
        'The message could not be taken through no fault of yours: it is kept for a replay, and what failed is in the log',
      )
    res.set('Retry-After', '10')
    refuse(res, 503, 'The message could not be stored at the moment, and nothing of it was: send it again')
  }
}
