import { createCallbacksRouter } from '../api/callbacks/router.ts'
import type { ApiDeps } from '../api/deps.ts'
import { createEhrRouter } from '../api/ehr/router.ts'
import { describeUnexpected, requestIdOf } from '../api/errors.ts'
import { pageSessions } from '../api/pageSessions.ts'
import { CannotListen, type RunningApi, startApi } from '../api/start.ts'
import { CannotStart } from '../embedded/cannotStart.ts'
import { createWeb } from '../web/routes.ts'
import { setUpChannels } from '../worker/channels.ts'
import type { Foundation } from './foundation.ts'
import { readinessOf } from './readiness.ts'

/** Starts API and pages over the foundation. @throws CannotStart when the port cannot be had. */
export async function runApi(foundation: Foundation, listen: { port: number; host: string }): Promise<RunningApi> {
  const { database, encryption, configuration, clock, log, publicUrl, temporalUi, mllp, twilio, temporal, network } =
    foundation
  const { maxFileBytes } = foundation
  const simulator = twilio === null
  const base = { database, encryption, configuration, clock, log, publicUrl, simulator, network }
  const sessions = pageSessions(base)
  const deps: ApiDeps = {
    ...base,
    readiness: readinessOf(foundation),
    ehr: createEhrRouter({ database, encryption, clock, log, maxFileBytes, metrics: foundation.ehrMetrics }),
    ehrMetrics: foundation.ehrMetrics.registry,
    callbacks: createCallbacksRouter({ ...base, twilioAuthToken: twilio?.authToken ?? null }),
    web: createWeb({
      ...base,
      sessions: { ...sessions, signIn: async (...call) => void (await sessions.signIn(...call)) },
      temporalUi: temporalUi && `${temporalUi.replace(/\/$/, '')}/namespaces/${temporal.client.options.namespace}`,
      ...{ mllp, maxFileBytes },
      report: (error, req) => {
        log.error({ requestId: req?.res && requestIdOf(req.res), ...describeUnexpected(error) }, 'page failed')
      },
    }),
    ...(twilio === null ? {} : { sendDirect: directly(foundation) }),
  }
  try {
    return await startApi({ ...deps, ...listen })
  } catch (error) {
    if (error instanceof CannotListen) throw new CannotStart(error.message)
    throw error
  }
}

/** What a person sends by hand goes the way that deliveries go, where that way is a provider's. */
function directly(foundation: Foundation): NonNullable<ApiDeps['sendDirect']> {
  const { sms } = setUpChannels(foundation)
  return async (organizationId, { id, channel, to, subject, body }) => {
    if (channel !== 'sms' || sms === undefined) return { outcome: 'refused', code: 'noChannel' }
    const ids = { organizationId, attemptId: id, deliveryId: id }
    return sms.channel.send({ ...ids, channel, to, subject, body, statusCallbackUrl: null })
  }
}
