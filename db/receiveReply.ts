import type { TextChannel } from '../domain/action.ts'
import type { Instant } from '../domain/instant.ts'
import { classifyReply, type Reply } from '../domain/replies.ts'
import { recordConfirmation } from './confirmation.ts'
import type { Encryption } from './encryption.ts'
import { newId } from './newId.ts'
import type { Tx } from './orm.ts'
import { recordConsent } from './queries/consents.ts'
import { at } from './queries/values.ts'

/** A text that came back from a phone, real or simulated. */
export interface IncomingReply {
  channel: TextChannel
  /** E.164. */
  from: string
  body: string
  /** The provider's own id of it, by which a repeat is known; null: it has none. */
  providerId: string | null
  at: Instant
}
export interface ReceivedReply {
  id: string
  meaning: Reply['kind']
  /** What to answer at once (to HELP); null: nothing. */
  answer: string | null
}

/** The appointment that the last message to the number was about, while it is still ahead. */
interface Prompt {
  deliveryId: string
  careEventId: string | null
  patientId: string
}

/**
 * Takes a reply (Sending: replies): opt-outs and opt-ins count for everyone behind the number, a confirmation is
 * recorded and plans the appointment anew, everything a person should read goes to the inbox. A repeat changes nothing.
 */
export async function receiveReply(tx: Tx, encryption: Encryption, reply: IncomingReply): Promise<ReceivedReply> {
  const before = await findRepeat(tx, reply)
  if (before) return before
  const addressHash = encryption.blindIndex(reply.from)
  const prompt = await findPrompt(tx, encryption.blindIndexes(reply.from), reply.at)
  const { kind, inbox } = meaningOf(reply.body, prompt)
  const patientId = prompt?.patientId ?? (await onlyPatientBehind(tx, reply.from))
  const staffMemberId = patientId === null ? await onlyStaffBehind(tx, reply.from) : null
  const id = newId()
  await tx.query(
    `insert into reply (organization_id, id, patient_id, care_event_id, delivery_id, direction, channel, address, address_hash,
       body_encrypted, meaning, provider_id, received_at, handled_at, staff_member_id)
     values ($1, $2, $3, $4, $5, 'in', $6, $7, $8, $9, $10, $11, $12, $13, $14)`,
    [
      tx.organizationId,
      id,
      patientId,
      prompt?.careEventId ?? null,
      prompt?.deliveryId ?? null,
      reply.channel,
      encryption.encrypt(reply.from),
      addressHash,
      encryption.encrypt(reply.body),
      kind,
      reply.providerId,
      at(reply.at),
      inbox ? null : at(reply.at),
      staffMemberId,
    ],
  )
  await act(tx, kind, reply, prompt, patientId)
  return { id, meaning: kind, answer: kind === 'help' ? await helpText(tx) : null }
}

/** A confirmation of nothing we know of is for a person to read. */
function meaningOf(text: string, prompt: Prompt | null): Reply {
  const isAsked = prompt !== null && prompt.careEventId !== null
  const reply = classifyReply(text, { promptOpen: isAsked })
  const isAboutVisit = reply.kind === 'confirm' || reply.kind === 'cancelRequest'
  return isAboutVisit && !isAsked ? { kind: 'other', inbox: true } : reply
}

async function act(
  tx: Tx,
  kind: Reply['kind'],
  reply: IncomingReply,
  prompt: Prompt | null,
  patientId: string | null,
): Promise<void> {
  if (kind === 'optOut' || kind === 'optIn') {
    const state = kind === 'optOut' ? 'denied' : 'granted'
    const by = { now: reply.at, who: { userId: null, apiKeyId: null } }
    await recordConsent(
      tx,
      { address: reply.from, channel: null, category: null, state, source: 'reply', patientId, note: null },
      by,
    )
  }
  if ((kind === 'confirm' || kind === 'cancelRequest') && prompt?.careEventId) {
    const confirmation = kind === 'confirm' ? 'confirmed' : 'cancelRequested'
    await recordConfirmation(tx, prompt.careEventId, confirmation, reply.at)
  }
}

async function findRepeat(tx: Tx, { channel, providerId }: IncomingReply): Promise<ReceivedReply | null> {
  if (providerId === null) return null
  const [row] = await tx.query<{ id: string; meaning: Reply['kind'] }>(
    'select id, meaning from reply where channel = $1 and provider_id = $2',
    [channel, providerId],
  )
  return row ? { ...row, answer: null } : null
}

async function findPrompt(tx: Tx, addressHashes: readonly string[], now: Instant): Promise<Prompt | null> {
  const [row] = await tx.query<Prompt>(
    `select d.id as "deliveryId", d.patient_id as "patientId",
            case when c.kind = 'appointment' and not c.deleted and c.start_at > $2
                  and c.status in ('proposed', 'pending', 'waitlist', 'booked', 'arrived', 'checkedIn') then c.id end as "careEventId"
       from delivery d join care_event c on c.organization_id = d.organization_id and c.id = d.care_event_id
      where d.address_hash = any($1::text[]) and d.reached_provider and d.recipient = 'patient'
      order by d.sent_at desc nulls last, d.id desc limit 1`,
    [addressHashes, at(now)],
  )
  return row ?? null
}

/** A family's phone is several patients': then nobody is guessed. */
async function onlyPatientBehind(tx: Tx, address: string): Promise<string | null> {
  const rows = await tx.query<{ id: string }>(
    'select distinct patient_id as id from contact_point where address = $1 and patient_id is not null limit 2',
    [address],
  )
  return rows.length === 1 ? (rows[0]?.id ?? null) : null
}

/** Of the staff, once it is no patient's phone. */
async function onlyStaffBehind(tx: Tx, address: string): Promise<string | null> {
  const rows = await tx.query<{ id: string }>(
    `select distinct c.staff_member_id as id from contact_point c
      where c.address = $1 and c.staff_member_id is not null
        and not exists (select 1 from contact_point p where p.address = $1 and p.staff_member_id is null) limit 2`,
    [address],
  )
  return rows.length === 1 ? (rows[0]?.id ?? null) : null
}

async function helpText(tx: Tx): Promise<string> {
  const [row] = await tx.query<{ name: string; phone: string | null }>('select name, phone from organization', [])
  return `${row?.name ?? ''}: ${row?.phone ? `call us at ${row.phone}. ` : ''}Reply STOP to get no more messages.`
}
