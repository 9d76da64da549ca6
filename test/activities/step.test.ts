import { describe, expect, it } from '@jest/globals'
import type { ChannelSetup } from '../../activities/deps.ts'
import { stepOf } from '../../activities/step.ts'
import type { ContactPointFacts } from '../../domain/facts.ts'
import type { DeliverQueue } from '../../workflows/names.ts'
import {
  action,
  appointment,
  at,
  contactPoint,
  nothingDecided,
  organization,
  patient,
  staff,
  uuid,
} from '../domain/build.ts'

const setup = (queue: DeliverQueue) => ({ queue }) as unknown as ChannelSetup
const channels = { sms: setup('sms'), voice: setup('voice'), email: setup('email') }
const email = contactPoint({ id: uuid(32), channel: 'email', address: 'robin@riverside.example' })
const voice = contactPoint({ id: uuid(33), channel: 'voice' })

describe('whose slots a step takes', () => {
  it.each<[string, recipient: 'patient' | 'staff', points: ContactPointFacts[], override: 'voice'[] | null, string]>([
    ["the patient's first channel", 'patient', [email, voice], null, 'email'],
    ["a staff member's first channel", 'staff', [email, voice], null, 'email'],
    ['the channel that the action prefers', 'staff', [email, voice], ['voice'], 'voice'],
    ['SMS where nobody can be reached: the skip has to be written somewhere', 'staff', [], null, 'sms'],
  ])('%s', (_, recipient, contactPoints, override, queue) => {
    const member = staff({ contactPoints: recipient === 'staff' ? contactPoints : [] })
    const about = patient({ contactPoints: recipient === 'patient' ? contactPoints : [] })
    const sends = action({ channels: { override, secure: null } })
    const step = stepOf(
      { channels, publicUrl: 'http://localhost' },
      { revision: 1, organization: organization({ staff: [member] }), actions: [sends] },
      {
        careEvent: appointment({ patient: about }),
        decided: nothingDecided,
        planned: [],
        wakeAt: null,
        configurationRevision: 1,
      },
      {
        actionId: sends.id,
        recipient: recipient === 'staff' ? member.key : 'patient',
        verdict: 'planned',
        occurrenceKey: 'key',
        dueAt: at('2026-03-08T10:00-04:00'),
        sendAt: at('2026-03-08T10:00-04:00'),
        reason: null,
        deliveryId: null,
        trail: [],
      },
    )
    expect(step.queue).toBe(queue)
  })
})
