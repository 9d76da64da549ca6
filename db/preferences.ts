import { randomBytes } from 'node:crypto'
import { type Category, categories, type TextChannel } from '../domain/action.ts'
import type { Instant } from '../domain/instant.ts'
import type { Encryption } from './encryption.ts'
import type { Tx } from './orm.ts'
import { recordAudit } from './queries/audit.ts'
import { recordConsent } from './queries/consents.ts'
import { sha256 } from './secrets.ts'

/** What opens a patient's message preferences: made when the first message needs it, and the same in every one. */
export async function preferencesToken(tx: Tx, encryption: Encryption, patientId: string): Promise<string> {
  const known = await knownToken(tx, encryption, patientId)
  if (known !== null) return known
  const token = randomBytes(16).toString('base64url')
  await tx.query(
    `update patient set preferences_token_hash = $2, preferences_token_encrypted = $3
      where id = $1 and preferences_token_encrypted is null`,
    [patientId, sha256(token), encryption.encrypt(token)],
  )
  // Another message may have been first: its token counts.
  return (await knownToken(tx, encryption, patientId)) ?? token
}

async function knownToken(tx: Tx, encryption: Encryption, patientId: string): Promise<string | null> {
  const [row] = await tx.query<{ token: Buffer | null }>(
    'select preferences_token_encrypted as token from patient where id = $1',
    [patientId],
    'preferences token',
  )
  return row?.token ? encryption.decrypt(row.token) : null
}

/** One way to one address, and what may be sent there. */
export interface Preference {
  /** Of its contact point. */
  id: string
  address: string
  channel: TextChannel
  allowed: Record<Category, boolean>
}
export interface Preferences {
  /** The survivor's of a merge. */
  patientId: string
  language: string | null
  practice: { name: string; phone: string | null }
  /** The most preferred address first; of one address texts before calls. */
  items: Preference[]
}

/** What may be sent to whom of a patient's addresses; null when there is no such patient. */
export async function readPreferences(tx: Tx, foundId: string): Promise<Preferences | null> {
  const [patient] = await tx.query<{
    id: string
    language: string | null
    name: string
    phone: string | null
    optIn: boolean
  }>(
    `select p.id, p.language, o.name, o.phone, o.require_opt_in as "optIn"
       from patient f join patient p on p.organization_id = f.organization_id and p.id = coalesce(f.merged_into, f.id)
       join organization o on o.id = f.organization_id where f.id = $1`,
    [foundId],
  )
  if (!patient) return null
  const rows = await tx.query<{
    id: string
    address: string
    channel: TextChannel
    states: Partial<Record<Category, string>>
  }>(
    `select c.id, c.address, c.channel,
            (select coalesce(jsonb_object_agg(l.category, l.state), '{}')
               from (select distinct on (s.category) s.category, s.state from consent s
                      where s.organization_id = c.organization_id and s.address = c.address and s.channel = c.channel
                      order by s.category, s.at desc, s.id desc) l) as states
       from contact_point c
       left join patient_contact k on k.organization_id = c.organization_id and k.id = c.patient_contact_id
      where (c.patient_id = $1 or (k.patient_id = $1 and k.active and k.role = 'guardian')) and c.invalid_since is null
      order by c.patient_contact_id is not null, c.rank, c.channel, c.id`,
    [patient.id],
  )
  const allowed = (state: string | undefined) => (state === undefined ? !patient.optIn : state === 'granted')
  return {
    patientId: patient.id,
    language: patient.language,
    practice: { name: patient.name, phone: patient.phone },
    items: rows
      .filter((row, at) => at === rows.findIndex((one) => one.address === row.address && one.channel === row.channel))
      .map(({ id, address, channel, states }) => ({
        ...{ id, address, channel },
        allowed: { care: allowed(states.care), outreach: allowed(states.outreach) },
      })),
  }
}

export interface WantedPreferences {
  /** Whether somebody was asked about this item: what they were not is left as it is. */
  asked: (item: Preference) => boolean
  may: (item: Preference, category: Category) => boolean
}

/**
 * Records what is wanted otherwise than it is as consents of the patient's own, and has everyone behind the addresses
 * planned anew. Returns how much it was.
 */
export async function changePreferences(
  tx: Tx,
  { patientId, items }: Preferences,
  wanted: WantedPreferences,
  now: Instant,
): Promise<number> {
  const by = { now, who: { userId: null, apiKeyId: null, patientId } }
  let changes = 0
  for (const item of items.filter(wanted.asked))
    for (const category of categories) {
      const { address, channel, allowed } = item
      const may = wanted.may(item, category)
      if (may === allowed[category]) continue
      const state = may ? 'granted' : 'denied'
      await recordConsent(tx, { address, channel, category, state, source: 'preferences', patientId, note: null }, by)
      changes += 1
    }
  if (changes > 0)
    await recordAudit(tx, by, {
      action: 'preferencesChanged',
      subject: 'patient',
      subjectId: patientId,
      after: { changes },
    })
  return changes
}
