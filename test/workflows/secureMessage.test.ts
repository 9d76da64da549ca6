import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { secureTokenHash } from '../../db/secureMessages.ts'
import { dayMs, hourMs, type Instant } from '../../domain/instant.ts'
import { type Engine, startEngine } from '../support/engine.ts'
import { everyRule, type Practice, quill, startPractice } from '../support/practice.ts'

const body = 'Hi {{ patient.firstName }}, bring your insulin to {{ facility.name }}'
const content = 'Hi Zephyrine, bring your insulin to Riverside Main'

describe('a secure message, on its way', () => {
  let engine: Engine
  let practice: Practice
  beforeEach(async () => {
    engine = await startEngine()
    practice = await startPractice(engine)
  })
  afterEach(() => engine.stop())

  const inDays = (days: number): Instant => Math.ceil((engine.now() + days * dayMs) / hourMs) * hourMs
  const query = <T extends object>(sql: string, params: unknown[] = []) =>
    engine.database.inOrganization(engine.organizationId, (tx) => tx.query<T>(sql, params))
  const runs = async (id: string) => {
    await engine.relay()
    await engine.workflow(id).result()
  }

  it('goes out as a link, while its content lies encrypted behind it', async () => {
    await practice.action({
      message: { body, containsPhi: true },
      channels: { override: null, secure: null },
      skippedRules: [...everyRule],
    })
    await runs(await practice.book('visit', inDays(2)))

    const [notice] = await practice.phone()
    const token = /\/m\/([\w-]{22})$/.exec(notice?.body ?? '')?.[1] ?? ''
    expect(notice?.body).toBe(
      `Riverside Family Clinic has a private message for you. Read it here: http://127.0.0.1:8080/m/${token}`,
    )
    const [stored] = await query<{ bodyEncrypted: Buffer; tokenHash: string; days: number; status: string }>(
      `select m.body_encrypted as "bodyEncrypted", m.token_hash as "tokenHash", d.status,
         extract(day from m.expires_at - m.created_at)::int as days
       from secure_message m join delivery d on d.id = m.delivery_id where d.secure and m.patient_id = d.patient_id`,
    )
    expect(stored).toMatchObject({ tokenHash: await secureTokenHash(token), days: 30, status: 'delivered' })
    expect(engine.encryption.decrypt(stored?.bodyEncrypted ?? Buffer.of())).toBe(content)
    const [delivery] = await query<{ text: Buffer }>('select text_encrypted as text from delivery')
    expect(engine.encryption.decrypt(delivery?.text ?? Buffer.of())).toBe(notice?.body)
    expect((await practice.ledger())[0]?.trail.map(({ check }) => check)).toContain('secure')
  })

  it('is what becomes of any message about a facility that the practice calls sensitive', async () => {
    await practice.action({ message: { body }, skippedRules: [...everyRule] })
    await query(`update facility set sensitive = true, public_name = 'Our clinic'`)
    await runs(await practice.book('visit', inDays(2)))
    const [notice] = await practice.phone()
    expect(notice?.body).toMatch(/^Riverside Family Clinic has a private message for you\. Read it here: \S+$/)
    const [stored] = await query<{ body: Buffer }>('select body_encrypted as body from secure_message')
    expect(engine.encryption.decrypt(stored?.body ?? Buffer.of())).toBe(
      'Hi Zephyrine, bring your insulin to Our clinic',
    )
  })

  it('says on the phone where to look, and no more', async () => {
    await practice.post({ ...quill, telecom: [{ system: 'phone', use: 'home', value: '+15555550101' }] })
    await practice.action({
      message: { body, containsPhi: true },
      channels: { override: ['voice'], secure: null },
      skippedRules: [...everyRule],
    })
    await query(`update contact_point set channel = 'voice'`)
    await runs(await practice.book('visit', inDays(2)))
    const [call] = await practice.phone()
    expect(call?.body).toMatch(/go to 127\.0\.0\.1:8080\/m and enter this code: (\d ?){12}\./)
    const code = /code: ((?:\d ){11}\d)/.exec(call?.body ?? '')?.[1]?.replaceAll(' ', '') ?? ''
    expect(await engine.database.lookup.secureMessage(await secureTokenHash(code))).not.toBeNull()
  })

  it('is not sent to a patient whose birth date is not known', async () => {
    const { birthDate: _, ...unborn } = quill
    await practice.post(unborn)
    await practice.action({
      message: { body, containsPhi: true },
      channels: { override: null, secure: null },
      skippedRules: [...everyRule],
    })
    await runs(await practice.book('visit', inDays(2)))
    expect(await practice.phone()).toEqual([])
    expect(await practice.ledger()).toMatchObject([{ status: 'skipped', reason: 'noBirthDate' }])
  })
})
