import { createEhrSource, updateEhrSource } from '../../db/queries/ehrSources.ts'
import { receiveAgain } from '../../db/queries/inbound/receiveAgain.ts'
import { findInboundSource } from '../../db/queries/inbound/source.ts'
import { sourceSettingsSchema } from '../../domain/inbound/sourceSettings.ts'
import { minuteMs } from '../../domain/instant.ts'
import type { Site } from './site.ts'

/** The recall's number stands in field 1 of the EHR's own segment. */
const recallsFrom = (id: number) =>
  sourceSettingsSchema.parse({ hl7v2: { recallSegment: { name: 'ZRC', id, type: 2, dueDate: 3 } } })

/** Two EHRs of the site's practice, and what they sent in the last hour. */
export async function seedFeed({ database, encryption, practice: { organizationId, users }, now }: Site) {
  const by = { now: now(), who: { userId: users.admin.id, apiKeyId: null } }
  const add = (name: string, kind: 'fhir' | 'hl7v2', settings = sourceSettingsSchema.parse({})) =>
    database.inOrganization(organizationId, (tx) =>
      createEhrSource(tx, { name, kind, status: 'active', settings }, encryption, by),
    )
  const fhir = await add('Riverside EHR', 'fhir')
  const hl7 = await add('Lab feed', 'hl7v2', recallsFrom(4))
  let at = now() - 60 * minuteMs
  const next = () => {
    at += minuteMs / 2
    return at
  }
  const read = async (id: string) => {
    const source = await findInboundSource(database, encryption, id)
    if (source === null) throw new Error('the source is not there')
    return source
  }
  const deps = { database, encryption }
  const post = async (source: { id: string }, contentType: string, text: string) =>
    (await receiveAgain(deps, await read(source.id), { contentType, body: Buffer.from(text) }, next())).messageId
  const postFhir = (body: object | string) =>
    post(fhir, 'application/fhir+json', typeof body === 'string' ? body : JSON.stringify(body))
  const postHl7 = (...segments: string[]) => post(hl7, 'x-application/hl7-v2+er7', segments.join('\r'))
  const patient = { resourceType: 'Patient', id: 'p-77', name: [{ family: 'Marsh', given: ['Ines'] }] }
  const visit = (id: string, status: string) => ({
    resourceType: 'Appointment',
    id,
    status,
    start: '2026-03-20T14:00:00Z',
    participant: [{ actor: { reference: 'Patient/p-77' }, status: 'accepted' }],
  })
  const entry = [patient, visit('a-771', 'booked'), visit('a-772', 'maybe')].map((resource) => ({ resource }))
  return {
    fhir,
    hl7,
    postFhir,
    visit,
    applied: await postFhir(patient),
    partly: await postFhir({ resourceType: 'Bundle', type: 'collection', entry }),
    unread: await postFhir('{ no json'),
    recall: await postHl7(
      'MSH|^~\\&|EHR|Clinic|CA|Practice|20260304093000||ADT^A08|ctl-1|P|2.5',
      'PID|1||4711^^^^MR||Ash^Devon||19700102',
      'ZRC|rec-1|CLEANING|20270115',
    ),
    /** Says where the recall's number really stands. */
    mend: () =>
      database.inOrganization(organizationId, (tx) =>
        updateEhrSource(tx, hl7.id, { settings: recallsFrom(1) }, null, by),
      ),
  }
}
