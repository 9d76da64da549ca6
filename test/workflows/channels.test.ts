import { describe, expect, it } from '@jest/globals'
import { DateTime } from 'luxon'
import { recordPatientConsent } from '../../db/queries/consents.ts'
import { replyFromSimulator } from '../../db/simulatorReply.ts'
import type { TextChannel } from '../../domain/action.ts'
import { dayMs, type Instant } from '../../domain/instant.ts'
import { eachWithPractice } from '../support/eachWithPractice.ts'
import type { Engine } from '../support/engine.ts'
import { everyRule, type Practice, quill } from '../support/practice.ts'

const newYork = 'America/New_York'
const mail = 'zephyrine@quill.example'

describe('which way a message goes', () => {
  let engine: Engine
  let practice: Practice
  eachWithPractice((started, its) => {
    engine = started
    practice = its
  })

  /** Noon in New York, where no rule that is not skipped blocks. */
  const noon = (days: number): Instant =>
    DateTime.fromMillis(engine.now() + days * dayMs, { zone: newYork })
      .startOf('day')
      .set({ hour: 12 })
      .toMillis()
  const patientWith = (phone: string | null, email: string | null) =>
    practice.post({
      ...quill,
      telecom: [
        ...(phone === null ? [] : [{ system: 'phone', use: 'mobile', value: phone, rank: 1 }]),
        ...(email === null ? [] : [{ system: 'email', value: email, rank: 2 }]),
      ],
    })
  const inOrganization: Engine['database']['inOrganization'] = (_id, work) =>
    engine.database.inOrganization(engine.organizationId, work)
  /** Each attempt of each delivery, in order. */
  const attempts = () =>
    inOrganization('', (tx) =>
      tx.query<{ channel: string; status: string }>(
        'select channel, status from attempt order by opened_at, number',
        [],
      ),
    )
  const arrived = () =>
    inOrganization('', (tx) =>
      tx.query<{ channel: string }>('select channel from simulated_message order by sent_at', []),
    )
  const send = async (more: Parameters<Practice['action']>[0] = {}, start = engine.inDays(3)): Promise<void> => {
    await practice.action({ channels: { override: null, secure: false }, skippedRules: [...everyRule], ...more })
    const id = await practice.book('visit', start)
    await engine.relay()
    await engine.workflow(id).result()
    // What a provider reports after the call may have touched the care event.
    await engine.relay()
    await engine.workflow(id).result()
  }

  const ladders: [string, phone: string | null, email: string | null, attempts: string[], status: string][] = [
    ['a landline: the call', '+15555550190', mail, ['sms refused', 'voice delivered'], 'delivered'],
    [
      'out of service: text, call, then e-mail',
      '+15555550191',
      mail,
      ['sms refused', 'voice refused', 'email delivered'],
      'delivered',
    ],
    [
      'not delivered after it was taken: the call',
      '+15555550192',
      mail,
      ['sms undelivered', 'voice delivered'],
      'delivered',
    ],
    ['STOP at the carrier ends texts and calls', '+15555550193', mail, ['sms refused', 'email delivered'], 'delivered'],
    [
      'every way tried, and none is left',
      '+15555550191',
      'bounce@quill.example',
      ['sms refused', 'voice refused', 'email undelivered'],
      'failed',
    ],
  ]
  it.each(ladders)('%s', async (_why, phone, email, expected, status) => {
    await patientWith(phone, email)
    await send()
    expect((await attempts()).map((one) => `${one.channel} ${one.status}`)).toEqual(expected)
    expect((await practice.ledger()).map((row) => row.status)).toEqual([status])
    expect((await arrived()).map(({ channel }) => channel)).toEqual(
      expected.filter((one) => one.endsWith(' delivered')).map((one) => one.split(' ')[0]),
    )
  })

  const overrides: [string, override: TextChannel[], denied: TextChannel | null, way: string[]][] = [
    ['an override goes first', ['email', 'voice'], null, ['email']],
    ['it reorders, and never uses what was denied', ['voice'], 'voice', ['sms']],
  ]
  it.each(overrides)('%s', async (_why, override, denied, way) => {
    await patientWith('+15555550101', mail)
    if (denied !== null) await deny(denied)
    await send({ channels: { override, secure: false } })
    expect((await arrived()).map(({ channel }) => channel)).toEqual(way)
  })

  it('a message goes out in the reader’s language, and a subject with it where there is one', async () => {
    await practice.post({
      ...quill,
      telecom: [{ system: 'email', value: mail }],
      communication: [{ language: { coding: [{ code: 'es-MX' }] }, preferred: true }],
    })
    const start = engine.inDays(3)
    const translations = { es: { body: 'Hola {{ patient.firstName }}, {{ appointment.start | weekday }}' } }
    await send({ message: { body: 'Hi {{ patient.firstName }}', translations } }, start)
    const weekday = DateTime.fromMillis(start, { zone: newYork, locale: 'es' }).weekdayLong
    expect(await practice.phone()).toEqual([expect.objectContaining({ to: mail, body: `Hola Zephyrine, ${weekday}` })])
    const [message] = await inOrganization('', (tx) =>
      tx.query<{ subject: Buffer }>('select subject_encrypted as subject from simulated_message', []),
    )
    expect(engine.encryption.decrypt(message?.subject ?? Buffer.from(''))).toBe('Un mensaje de Riverside Family Clinic')
  })

  it('a call leaves out the link that a text carries', async () => {
    await patientWith('+15555550190', null)
    await send({ message: { body: 'Confirm here: {{ appointment.confirmLink }}' } })
    const [call] = await inOrganization('', (tx) =>
      tx.query<{ channel: string; body: Buffer }>('select channel, body_encrypted as body from simulated_message', []),
    )
    expect(call?.channel).toBe('voice')
    expect(engine.encryption.decrypt(call?.body ?? Buffer.from(''))).toBe('Confirm here.')
  })

  it('STOP from the phone ends texts and calls, for care and outreach; e-mail goes on', async () => {
    await patientWith('+15555550101', mail)
    await inOrganization('', (tx) =>
      replyFromSimulator(tx, engine.encryption, { from: '+15555550101', body: 'STOP' }, engine.now()),
    )
    await practice.action({
      category: 'outreach',
      channels: { override: ['voice'], secure: false },
      skippedRules: [...everyRule],
      title: 'Outreach',
    })
    await send({ channels: { override: ['voice', 'sms'], secure: false } }, noon(4))
    expect((await arrived()).map(({ channel }) => channel)).toEqual(['email', 'email'])
  })

  it('a denial counts for its category alone', async () => {
    await patientWith('+15555550101', null)
    await deny('sms', 'outreach')
    await practice.action({
      category: 'outreach',
      channels: { override: null, secure: false },
      skippedRules: [...everyRule],
      title: 'Outreach',
    })
    await send({ category: 'care' }, noon(4))
    expect((await arrived()).map(({ channel }) => channel).sort()).toEqual(['sms', 'voice'])
  })

  const outreach: [string, direction: 'before' | 'after', visit: string, state: string | null, sent: string][] = [
    ['before: the evening before, an hour ahead of the night', 'before', '08:15', null, '-1 20:00'],
    ['after: when the night is over', 'after', '21:30', null, '+1 08:00'],
    ['by the recipient’s clock, not the facility’s', 'before', '11:15', 'CA', '-1 23:00'],
    ['in the day, at its time', 'before', '13:00', 'CA', '+0 12:00'],
  ]
  it.each(outreach)(
    'outreach never goes out at night, whatever is skipped; %s',
    async (_why, direction, visit, state, sent) => {
      await practice.post({ ...quill, ...(state !== null && { address: [{ state, country: 'US' }] }) })
      const [hour, minute] = visit.split(':').map(Number)
      const start = DateTime.fromMillis(noon(4), { zone: newYork }).set({ hour: hour ?? 0, minute: minute ?? 0 })
      const timing = { offset: 60, unit: 'minutes' as const, direction, anchor: 'start' as const }
      await send({ category: 'outreach', timing }, start.toMillis())
      const [row] = await practice.ledger()
      const at = DateTime.fromJSDate(row?.sent_at ?? new Date(0), { zone: newYork })
      const days = Math.round(at.startOf('day').diff(start.startOf('day'), 'days').days)
      expect(`${days < 0 ? '' : '+'}${days} ${at.toFormat('HH:mm')}`).toBe(sent)
    },
  )

  async function deny(channel: TextChannel, category: 'care' | 'outreach' | null = null): Promise<void> {
    await inOrganization('', async (tx) => {
      const [patient] = await tx.query<{ id: string }>("select id from patient where external_id = 'quill'", [])
      const address = channel === 'email' ? mail : '+15555550101'
      const by = { now: engine.now(), who: { userId: null, apiKeyId: null } }
      await recordPatientConsent(tx, patient?.id ?? '', { address, channel, category, state: 'denied', note: null }, by)
    })
  }
})
