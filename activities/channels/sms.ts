import { minuteMs } from '../../domain/instant.ts'
import { twilioStatus } from '../../domain/providerErrors.ts'
import type { Channel, LostMessage } from './channel.ts'
import { type TwilioConfig, twilioClient } from './twilioClient.ts'
import { errorCode, failedOutcome } from './twilioOutcome.ts'

export type SmsConfig = TwilioConfig & {
  /** The default sender, E.164. */
  from?: string
  /** Sends by this service when a message names no sender and there is no default one. */
  messagingServiceSid?: string
}

export type SmsDeps = {
  /** Whether another attempt of ours has this message of the provider's already. */
  isClaimed: (providerId: string) => Promise<boolean>
}

/** Twilio takes 1 second to 10 hours; below a few seconds nothing would ever arrive. */
const VALIDITY = { min: 10, max: 36_000 }
/** How far the provider's clock and ours may be apart, and how long a lost call may have lain on the way. */
const BEFORE_MS = 15 * minuteMs
const AFTER_MS = 15 * minuteMs
const NEWEST = 200

/** SMS by Twilio's SDK. There is no idempotency key: an outcome that is not known is reconciled, never repeated. */
export function twilioSms(config: SmsConfig, { isClaimed }: SmsDeps): Channel {
  const client = twilioClient(config)
  const senderOf = (from: string | undefined) => {
    const number = from ?? config.from
    if (number) return { from: number }
    return config.messagingServiceSid ? { messagingServiceSid: config.messagingServiceSid } : {}
  }

  return {
    provider: 'twilio',

    async send({ to, from, body, statusCallbackUrl, validForSeconds }) {
      try {
        const message = await client.messages.create({
          to,
          body,
          ...senderOf(from),
          ...(statusCallbackUrl !== null && { statusCallback: statusCallbackUrl }),
          ...(validForSeconds !== undefined && { validityPeriod: clamp(validForSeconds) }),
        })
        if (!message.sid) return { outcome: 'notKnown', code: 'unreadableAnswer' }
        return { outcome: 'accepted', providerId: message.sid, ...stateOf(message) }
      } catch (error) {
        return failedOutcome(error)
      }
    },

    async find(lost) {
      try {
        const from = lost.from ?? config.from
        const listed = await client.messages.list({
          to: lost.to,
          ...(from !== undefined && { from }),
          // Not by date: Twilio's filter goes by the date sent, which a message still in its queue does not have.
          limit: NEWEST,
          pageSize: 50,
        })
        const fitting = listed.filter((message) => fits(message, lost)).sort(byDistance(lost.attemptedAt))
        for (const message of fitting)
          if (!(await isClaimed(message.sid))) return { result: 'found', providerId: message.sid, ...stateOf(message) }
        return listed.length < NEWEST ? { result: 'absent' } : { result: 'undecidable', code: 'tooManyToSearch' }
      } catch (error) {
        return { result: 'undecidable', code: errorCode(error) }
      }
    },
  }
}

type Listed = { sid: string; body: string; direction: string; dateCreated: Date; status: string; errorCode: number }

const clamp = (seconds: number): number => Math.min(VALIDITY.max, Math.max(VALIDITY.min, Math.floor(seconds)))

function stateOf({ status, errorCode: code }: Pick<Listed, 'status' | 'errorCode'>) {
  return { status: twilioStatus(status) ?? ('sent' as const), errorCode: code ? String(code) : null }
}

/** Providers trim texts and normalize their line ends. */
const plain = (text: string): string => text.replace(/\r\n/g, '\n').trim()

function fits(message: Listed, { body, attemptedAt }: LostMessage): boolean {
  const at = message.dateCreated.getTime()
  const inTime = at >= attemptedAt - BEFORE_MS && at <= attemptedAt + AFTER_MS
  return inTime && message.direction.startsWith('outbound') && plain(message.body) === plain(body)
}

const byDistance = (at: number) => (a: Listed, b: Listed) =>
  Math.abs(a.dateCreated.getTime() - at) - Math.abs(b.dateCreated.getTime() - at)
