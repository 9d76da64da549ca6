import { afterAll, beforeAll, expect, it } from '@jest/globals'
import { begin } from '../../activities/begin.ts'
import { hourMs } from '../../domain/instant.ts'
import { type Delivering, startDelivering } from '../support/delivering.ts'
import { everyRule, quill } from '../support/practice.ts'

const now = Date.UTC(2026, 4, 4, 15, 0)
let world: Delivering
beforeAll(async () => {
  world = await startDelivering(now)
  await world.practice.post({ ...quill, telecom: [{ system: 'email', value: 'quill@example.org' }] })
})
afterAll(() => world.stop())

it('the subject of an email may speak of the appointments of the day as well', async () => {
  const actionId = await world.practice.action({
    skippedRules: [...everyRule],
    channels: { override: ['email'], secure: false },
    message: { subject: 'Your {{ appointments.size }} visit', body: 'See you soon' },
  })
  const careEvent = await world.practice.book('visit', now + hourMs)
  const due = { actionId, recipient: 'patient', deliveryId: null, state: 'new' }
  const { call } = await begin(world.deps, world.ref(careEvent), due, now)
  expect(call?.message).toMatchObject({ channel: 'email', subject: 'Your 1 visit' })
})
