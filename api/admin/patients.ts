import * as z from 'zod'
import { listConsents, recordPatientConsent } from '../../db/queries/consents.ts'
import { listContactPoints } from '../../db/queries/contactPoints.ts'
import { getPatient, listPatients, mutePatient } from '../../db/queries/patients.ts'
import { readTimeline } from '../../db/queries/timeline.ts'
import { categories, textChannels } from '../../domain/action.ts'
import { phoneNumber } from '../../domain/inbound/phone.ts'
import { idParams, isoInstant, isoInstantOrNull, listOf, listQuery } from '../input.ts'
import { route } from '../route.ts'
import { delivery } from './deliveries.ts'
import { trailEntry } from './trailShape.ts'

const tag = 'Patients'

const patient = z
  .strictObject({
    id: z.uuid(),
    externalId: z.string().nullable(),
    mrn: z.string().nullable(),
    firstName: z.string().nullable(),
    lastName: z.string().nullable(),
    preferredName: z.string().nullable(),
    birthDate: z.iso.date().nullable(),
    bornIn: z.string().nullable(),
    language: z.string().nullable(),
    timeZone: z.string().nullable(),
    active: z.boolean(),
    deceased: z.boolean(),
    muted: z.boolean(),
    mergedInto: z.uuid().nullable(),
  })
  .meta({ id: 'Patient' })

const comingMessage = z.strictObject({
  actionId: z.uuid(),
  careEventId: z.uuid(),
  dueAt: isoInstantOrNull,
  sendAt: isoInstantOrNull,
  channel: z.enum(textChannels).nullable(),
  trail: z.array(trailEntry),
})
const timeline = z.strictObject({ past: z.array(delivery), coming: z.array(comingMessage) }).meta({ id: 'Timeline' })

const consentState = z.enum(['presumed', 'granted', 'denied'])
const contactPoint = z
  .strictObject({
    id: z.uuid(),
    channel: z.enum(textChannels),
    address: z.string(),
    rank: z.int(),
    purpose: z.string().nullable(),
    contactName: z.string().nullable(),
    invalidSince: isoInstantOrNull,
    consent: z.strictObject({ care: consentState, outreach: consentState }),
  })
  .meta({ id: 'ContactPoint' })
const consent = z
  .strictObject({
    id: z.uuid(),
    address: z.string(),
    channel: z.enum(textChannels),
    category: z.enum(categories),
    state: z.enum(['granted', 'denied']),
    source: z.string(),
    note: z.string().nullable(),
    at: isoInstant,
  })
  .meta({ id: 'Consent' })

/** A number in any of its spellings, or an email address. */
const address = z
  .string()
  .trim()
  .min(3, 'give the number or address')
  .max(320)
  .transform((text) => (text.includes('@') ? text.toLowerCase() : (phoneNumber(text, 'US') ?? text)))
const consentInput = z.strictObject({
  address,
  channel: z.enum(textChannels).nullable().default(null),
  category: z.enum(categories).nullable().default(null),
  state: z.enum(['granted', 'denied']).default('denied'),
  note: z.string().trim().max(500).nullable().default(null),
})

export const patientRoutes = [
  route({
    method: 'get',
    path: '/api/patients',
    tag,
    role: 'staff',
    summary: 'Patients by name; q is part of a name or a whole medical record number',
    query: listQuery({ q: z.string().trim().max(200).optional(), externalId: z.string().max(200).optional() }),
    response: listOf(patient),
    handle: ({ tx, query }) => listPatients(tx, query),
  }),
  route({
    method: 'get',
    path: '/api/patients/{id}',
    tag,
    role: 'staff',
    summary: 'One patient',
    params: idParams,
    response: patient,
    handle: ({ tx, params }) => getPatient(tx, params.id),
  }),
  route({
    method: 'patch',
    path: '/api/patients/{id}',
    tag,
    role: 'staff',
    summary: 'Mute a patient, or let messages go out again',
    params: idParams,
    body: z.strictObject({ muted: z.boolean() }),
    response: patient,
    handle: ({ tx, params, body, who, now }) => mutePatient(tx, params.id, body.muted, { who, now }),
  }),
  route({
    method: 'get',
    path: '/api/patients/{id}/timeline',
    tag,
    role: 'staff',
    summary: 'What the patient got, and what is to come, each with its why',
    params: idParams,
    response: timeline,
    handle: async ({ tx, params, deps, now }) => {
      const { configuration, encryption } = deps
      return readTimeline(tx, params.id, { configuration: await configuration.read(tx), encryption, now })
    },
  }),
  route({
    method: 'get',
    path: '/api/patients/{id}/contact-points',
    tag,
    role: 'staff',
    summary: 'Numbers and addresses, the preferred first, with what each has consented to',
    params: idParams,
    response: listOf(contactPoint),
    handle: async ({ tx, params }) => ({ items: await listContactPoints(tx, params.id), nextCursor: null }),
  }),
  route({
    method: 'get',
    path: '/api/patients/{id}/consents',
    tag,
    role: 'staff',
    summary: 'Every opt-in and opt-out, the newest first; the latest of an address, channel and category counts',
    params: idParams,
    query: listQuery({}),
    response: listOf(consent),
    handle: ({ tx, params, query }) => listConsents(tx, params.id, query),
  }),
  route({
    method: 'post',
    path: '/api/patients/{id}/consents',
    tag,
    role: 'staff',
    status: 201,
    summary: 'An opt-out (or opt-in) that the patient told the practice; null channel or category: all of them',
    params: idParams,
    body: consentInput,
    response: listOf(consent),
    handle: async ({ tx, params, body, who, now }) => {
      await recordPatientConsent(tx, params.id, body, { who, now })
      return listConsents(tx, params.id, { limit: 10 })
    },
  }),
]
