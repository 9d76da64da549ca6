import { newId } from '../../db/newId.ts'
import { isOutage } from '../../db/queries/inbound/failure.ts'
import { SourceChanged } from '../../db/queries/inbound/receive.ts'
import { receiveHl7 } from '../../db/queries/inbound/receiveHl7.ts'
import { createReceiveTogether } from '../../db/queries/inbound/receiveTogether.ts'
import { countRejectedPost } from '../../db/queries/inbound/source.ts'
import { type AcknowledgementCode, acknowledge } from '../../domain/inbound/hl7v2/acknowledgement.ts'
import { messagesOf } from '../../domain/inbound/hl7v2/batch.ts'
import { decodeMessage } from '../../domain/inbound/hl7v2/charset.ts'
import { openMessage } from '../../domain/inbound/hl7v2/header.ts'
import type { EhrDeps } from '../ehr/deps.ts'
import { type KnownSource, knownSources } from '../ehr/knownSources.ts'
import { secretIs } from '../ehr/sourceSecrets.ts'
import { describeUnexpected } from '../errors.ts'
import { takeCredential } from './credential.ts'
import type { MllpOptions, Sender } from './server.ts'

/** Wrong secrets on one connection; then it is closed. */
const maxFailures = 5

/** Stores what comes over MLLP and acknowledges it, as HTTP does (Inbound: HL7 v2, who may post). */
export function mllpAnswers(deps: EhrDeps): Pick<MllpOptions, 'answer' | 'answerTooLong'> {
  const { database, encryption, clock, log, together = createReceiveTogether() } = deps
  const sources = knownSources(database, encryption)

  const say = (text: Buffer | null, code: AcknowledgementCode, message: string): string => {
    const [first = ''] = text === null ? [] : messagesOf(decodeMessage(text)).messages
    const header = openMessage(first, [])?.header ?? null
    const reason = { severity: 'error', code: 'unsupportedRequest', path: 'MSH-8', message } as const
    return acknowledge(header, code, newId(), clock(), [code === 'AE' ? { ...reason, path: 'MSH' } : reason])
  }

  /** The source that a credential is the secret of; asked for anew once, because it may have been changed a moment ago. */
  const authenticate = async (given: ReturnType<typeof takeCredential>['credential']) => {
    if (given === null) return null
    const holds = (source: KnownSource | null) =>
      source?.kind === 'hl7v2' && source.status !== 'disabled' && secretIs(given.secret, source.secret)
    let source = await sources.find(given.sourceId)
    if (source && !holds(source) && sources.forget(source.id)) source = await sources.find(source.id)
    if (source && holds(source)) return source
    deps.metrics?.refused(source ? 'wrongSecret' : 'unknownSource')
    log.warn({ sourceId: source?.id ?? null }, 'MLLP message refused')
    if (source) await countRejectedPost(database, source, 'wrongSecret', clock())
    return null
  }

  const answer = async (frame: Buffer, sender: Sender): Promise<string | null> => {
    const { credential, message } = takeCredential(frame)
    try {
      for (;;) {
        const source = await authenticate(credential)
        if (source === null) {
          sender.failures += 1
          if (sender.failures > maxFailures) return null
          return say(
            message,
            'AR',
            'MSH-8 has to be the id of an HL7 v2 source of the practice, a colon, and its secret',
          )
        }
        try {
          const all = await receiveHl7({ database, encryption, together }, source, message, clock())
          for (const { received } of all) {
            log.info({ messageId: received.messageId, outcome: received.outcome }, 'EHR message')
            deps.metrics?.taken('mllp', received.outcome)
          }
          return all.map(({ acknowledgement }) => acknowledgement).join('')
        } catch (error) {
          if (!(error instanceof SourceChanged)) throw error
          sources.forget(source.id)
        }
      }
    } catch (error) {
      log.error({ error: describeUnexpected(error) }, 'MLLP message failed')
      return say(
        message,
        'AE',
        isOutage(error)
          ? 'The message could not be stored at the moment, and nothing of it was: send it again'
          : 'The message could not be taken through no fault of yours: it is kept for a replay',
      )
    }
  }
  return {
    answer,
    answerTooLong: () => say(null, 'AR', 'The message is larger than what is taken: send several'),
  }
}
