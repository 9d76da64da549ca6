import express, { type ErrorRequestHandler, type Request, type RequestHandler, type Response, Router } from 'express'
import type { Encryption } from '../../db/encryption.ts'
import type { Database } from '../../db/orm.ts'
import { isOutage } from '../../db/queries/inbound/failure.ts'
import { receiveFhir, SourceChanged } from '../../db/queries/inbound/receive.ts'
import { countRejectedPost } from '../../db/queries/inbound/source.ts'
import type { Clock } from '../../domain/instant.ts'
import { describeUnexpected, requestIdOf } from '../errors.ts'
import type { Log } from '../log.ts'
import { answerOf } from './answer.ts'
import { type KnownSource, knownSources } from './knownSources.ts'
import { limitFailures, limitPosts } from './limits.ts'
import { refuse, sendFhir } from './refuse.ts'
import { bearerHolds, proofOf, signatureHolds } from './sourceSecrets.ts'

export interface EhrDeps {
  database: Database
  encryption: Encryption
  clock: Clock
  log: Log
  /** ISO 3166: the country of phone numbers that name none. */
  region?: string
  maxBodyBytes?: number
  postsPerMinute?: number
  failuresPerMinute?: number
  /** Told of each post that was refused before it was read, for the metrics. */
  refused?: (reason: 'unknownSource' | 'wrongSecret') => void
}

const contentTypes = ['application/fhir+json', 'application/json', 'application/json+fhir']
/** For the metrics, which count by route. */
const nameRoute: RequestHandler = (_req, res, next) => {
  res.locals.route = '/ehr/fhir'
  next()
}
const unauthorized =
  'X-Source-Id has to name a source of the practice, and Authorization: Bearer its secret, or X-Hub-Signature-256 the sha256= HMAC of the body by it'

/** `POST /ehr/fhir` (Inbound: who may post, FHIR R4). */
export function createEhrRouter(deps: EhrDeps): Router {
  const { maxBodyBytes = 5 * 1024 * 1024, postsPerMinute = 60_000, failuresPerMinute = 120 } = deps
  const sources = knownSources(deps.database, deps.encryption)
  const router = Router()

  const refuseStranger = async (res: Response, source: KnownSource | null) => {
    deps.refused?.(source ? 'wrongSecret' : 'unknownSource')
    deps.log.warn({ requestId: requestIdOf(res), sourceId: source?.id ?? null }, 'EHR post refused')
    if (source) await countRejectedPost(deps.database, source, 'wrongSecret', deps.clock())
    refuse(res, 401, unauthorized)
  }

  /** The source whose secret a post knows; null after it was refused. A secret may have been changed a moment ago. */
  const authenticate = async (req: Request, res: Response): Promise<KnownSource | null> => {
    const proof = proofOf(req)
    const holds = (source: KnownSource) =>
      source.kind === 'fhir' &&
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
    if (!contentTypes.includes(type))
      return refuse(res, 415, `Content-Type has to be ${contentTypes.slice(0, 2).join(' or ')}`)
    next()
  }

  const receive: RequestHandler = async (req, res) => {
    const body = Buffer.isBuffer(req.body) ? req.body : Buffer.alloc(0)
    req.body = body
    for (;;) {
      const source = await authenticate(req, res)
      if (!source) return
      try {
        const raw = { contentType: req.get('content-type') ?? '', body }
        const received = await receiveFhir({ ...deps, region: deps.region ?? 'US' }, source, raw, deps.clock())
        deps.log.info(
          { requestId: requestIdOf(res), messageId: received.messageId, outcome: received.outcome },
          'EHR message',
        )
        const answer = answerOf(received)
        return sendFhir(res, answer.status, answer.body)
      } catch (error) {
        if (!(error instanceof SourceChanged)) throw error
        sources.forget(source.id)
      }
    }
  }

  router.post(
    '/fhir',
    nameRoute,
    limitFailures(failuresPerMinute),
    checkSource,
    limitPosts(postsPerMinute, (req) => String(req.res?.locals.sourceId)),
    checkType,
    express.raw({ type: () => true, limit: maxBodyBytes }),
    receive,
  )
  router.all('/fhir', (_req, res) => {
    res.set('Allow', 'POST')
    refuse(res, 405, 'FHIR is only taken here, not served: POST a resource or a Bundle')
  })
  router.use(errorsAsOutcomes(deps, maxBodyBytes))
  return router
}

/** An EHR reads OperationOutcomes; what it should send again later is a 503. */
function errorsAsOutcomes({ log }: EhrDeps, maxBodyBytes: number): ErrorRequestHandler {
  return (error, _req, res, next) => {
    if (res.headersSent) return next(error)
    const { type, status } = (error ?? {}) as { type?: unknown; status?: unknown }
    if (type === 'entity.too.large')
      return refuse(
        res,
        413,
        `The body is larger than ${maxBodyBytes / 1024 / 1024} MB, the most that is taken: send several messages`,
      )
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
