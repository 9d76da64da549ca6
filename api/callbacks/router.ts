import express, { Router } from 'express'
import twilio from 'twilio'
import * as z from 'zod'
import type { Encryption } from '../../db/encryption.ts'
import type { Database } from '../../db/orm.ts'
import { recordProviderReport } from '../../db/providerReport.ts'
import { receiveReply } from '../../db/receiveReply.ts'
import type { Clock } from '../../domain/instant.ts'
import { Problem } from '../../domain/problem.ts'
import { twilioError, twilioStatus } from '../../domain/providerErrors.ts'
import { ATTEMPT_PARAMETER } from '../../domain/twilioCallback.ts'
import { organizationsOfText } from './organizationsOfText.ts'
import { isSignedByTwilio } from './twilioSignature.ts'

export interface CallbackDeps {
  database: Database
  encryption: Encryption
  clock: Clock
  publicUrl: string
  /** What Twilio signs with; null: no Twilio account is set up, and nothing is taken in its name. */
  twilioAuthToken: string | null
}

const statusParameters = z.looseObject({
  MessageSid: z.string().max(64),
  MessageStatus: z.string().max(40),
  ErrorCode: z.string().max(20).optional(),
})
const inboundParameters = z.looseObject({
  MessageSid: z.string().max(64),
  From: z.string().regex(/^\+\d{6,15}$/),
  To: z.string().max(40),
  Body: z.string().max(2000).default(''),
})

/** `POST /callbacks/twilio/*`: signed, harmless when repeated, and silent about what they did. */
export function createCallbacksRouter(deps: CallbackDeps): Router {
  const router = Router()
  router.use('/twilio', express.urlencoded({ extended: false, limit: '64kb' }), (req, _res, next) => {
    if (deps.twilioAuthToken === null) throw new Problem('notFound', 'Twilio is not set up here.')
    const signed = isSignedByTwilio({
      authToken: deps.twilioAuthToken,
      signature: req.get('x-twilio-signature'),
      url: deps.publicUrl + req.originalUrl,
      parameters: (req.body ?? {}) as Record<string, unknown>,
    })
    if (!signed) throw new Problem('forbidden', 'The signature does not fit: check the auth token and PUBLIC_URL.')
    next()
  })

  router.post('/twilio/status', async (req, res) => {
    const parameters = statusParameters.safeParse(req.body)
    const attemptId = req.query[ATTEMPT_PARAMETER]
    const status = parameters.success ? twilioStatus(parameters.data.MessageStatus) : undefined
    // What says nothing about the outcome yet (queued, sending) is taken and forgotten.
    if (parameters.success && status !== undefined && typeof attemptId === 'string') {
      const { MessageSid, ErrorCode } = parameters.data
      const failed = status === 'failed' || status === 'undelivered'
      await recordProviderReport(deps, {
        attemptId,
        providerId: MessageSid,
        status,
        errorCode: ErrorCode ?? null,
        failure: failed ? twilioError(ErrorCode ?? null).kind : null,
        at: deps.clock(),
      })
    }
    res.status(204).end()
  })

  router.post('/twilio/inbound', async (req, res) => {
    const parameters = inboundParameters.safeParse(req.body)
    if (!parameters.success) throw new Problem('malformed', 'From, To and MessageSid are needed, as Twilio sends them.')
    const { From, To, Body, MessageSid } = parameters.data
    const reply = { channel: 'sms', from: From, body: Body, providerId: MessageSid, at: deps.clock() } as const
    let answer: string | null = null
    for (const organizationId of await organizationsOfText(deps, { from: From, to: To, body: Body }))
      answer ??= (await deps.database.inOrganization(organizationId, (tx) => receiveReply(tx, deps.encryption, reply)))
        .answer
    const twiml = new twilio.twiml.MessagingResponse()
    if (answer !== null) twiml.message(answer)
    res.type('text/xml').send(twiml.toString())
  })
  return router
}
