import { afterAll, beforeEach } from '@jest/globals'
import express from 'express'
import { pino } from 'pino'
import request from 'supertest'
import type { EhrDeps } from '../../../api/ehr/deps.ts'
import { createEhrRouter } from '../../../api/ehr/router.ts'
import { createEncryption, generateEncryptionKey } from '../../../db/encryption.ts'
import { createEhrSource, type EhrSourceKind, type EhrSourceStatus } from '../../../db/queries/ehrSources.ts'
import { freshDatabase } from '../../support/database.ts'

export const arrival = Date.parse('2026-05-04T12:00:00Z')
type Json = Record<string, unknown>

/** The feed over a database of its own, with one FHIR source; time stands still until `at` moves it. */
export async function openEhr(options: Partial<EhrDeps> = {}) {
  let now = arrival
  const clock = () => now
  const fresh = await freshDatabase({ clock, poolSize: 8 })
  const { database, organizationId } = fresh
  const encryption = createEncryption(generateEncryptionKey('test'))
  const router = createEhrRouter({ database, encryption, clock, log: pino({ level: 'silent' }), ...options })
  const app = express().use('/ehr', router)

  const addSource = (status: EhrSourceStatus = 'active', kind: EhrSourceKind = 'fhir') =>
    database.inOrganization(organizationId, (tx) =>
      createEhrSource(tx, { name: 'EHR', kind, status }, encryption, {
        now,
        who: { userId: null, apiKeyId: null },
      }),
    )
  const source = await addSource()

  return {
    ...fresh,
    app,
    encryption,
    source,
    addSource,
    clock,
    at(text: string) {
      now = Date.parse(text)
    },
    /** Posts as the source, or as another one. */
    post(body: unknown, as: { id: string; secret: string } = source) {
      return request(app)
        .post('/ehr/fhir')
        .set('X-Source-Id', as.id)
        .set('Authorization', `Bearer ${as.secret}`)
        .set('Content-Type', 'application/fhir+json')
        .serialize((sent) => sent)
        .send(typeof body === 'string' || Buffer.isBuffer(body) ? body : JSON.stringify(body))
    },
    /** Posts HL7 v2, as segments or as it is. */
    postHl7(body: readonly string[] | Buffer, as: { id: string; secret: string }) {
      return request(app)
        .post('/ehr/hl7v2')
        .set('X-Source-Id', as.id)
        .set('Authorization', `Bearer ${as.secret}`)
        .set('Content-Type', 'x-application/hl7-v2+er7')
        .serialize((sent) => sent)
        .buffer(true)
        .parse(asText)
        .send(Buffer.isBuffer(body) ? body : body.join('\r'))
    },
    /** Rows of the practice. */
    rows<T extends object = Record<string, unknown>>(sql: string, params: unknown[] = []): Promise<T[]> {
      return database.inOrganization(organizationId, (tx) => tx.query<T>(sql, params))
    },
    /** Care events touched since the last call. */
    async touched(): Promise<string[]> {
      const rows = await database.inOrganization(organizationId, (tx) =>
        tx.query<{ external_id: string }>(
          `with gone as (delete from outbox returning care_event_id)
           select c.external_id from gone join care_event c on c.id = gone.care_event_id order by 1`,
        ),
      )
      return rows.map((row) => row.external_id)
    },
  }
}
/** A feed of its own for each test of a file. */
export function openBeforeEach(use: (ehr: Ehr) => void): void {
  const opened: Ehr[] = []
  beforeEach(async () => {
    const ehr = await openEhr()
    opened.push(ehr)
    use(ehr)
  })
  afterAll(async () => {
    for (const each of opened) await each.drop()
  })
}

/** The answer as text, whatever it calls itself. */
const asText = (res: unknown, done: (error: Error | null, text: string) => void) => {
  const stream = res as NodeJS.ReadableStream
  let text = ''
  stream.on('data', (chunk) => {
    text += chunk
  })
  stream.on('end', () => done(null, text))
}
export type Ehr = Awaited<ReturnType<typeof openEhr>>

const without = (json: Json) => Object.fromEntries(Object.entries(json).filter(([, value]) => value !== undefined))
const actor = (reference: string) => ({ actor: { reference }, status: 'accepted' })

export const location = (fields: Json = {}): Json =>
  without({
    resourceType: 'Location',
    id: 'l-1',
    name: 'Riverside Clinic',
    status: 'active',
    extension: [{ url: 'http://hl7.org/fhir/StructureDefinition/timezone', valueCode: 'America/New_York' }],
    telecom: [{ system: 'phone', value: '+15555550199' }],
    ...fields,
  })

export const practitioner = (fields: Json = {}): Json =>
  without({
    resourceType: 'Practitioner',
    id: 'd-1',
    name: [{ family: 'Strange', given: ['Ada'], prefix: ['Dr'] }],
    ...fields,
  })

export const patient = (fields: Json = {}): Json =>
  without({
    resourceType: 'Patient',
    id: 'p-1',
    name: [{ family: 'Quill', given: ['Zephyrine'] }],
    birthDate: '1980-02-03',
    telecom: [{ system: 'phone', use: 'mobile', value: '+15555550101' }],
    ...fields,
  })

export const appointment = (fields: Json = {}): Json =>
  without({
    resourceType: 'Appointment',
    id: 'a-1',
    status: 'booked',
    start: '2026-05-11T13:00:00Z',
    end: '2026-05-11T13:30:00Z',
    appointmentType: { coding: [{ code: 'FOLLOWUP', display: 'Follow up' }] },
    participant: [actor('Patient/p-1'), actor('Practitioner/d-1'), actor('Location/l-1')],
    ...fields,
  })

export const bundle = (type: string, entry: unknown[]): Json => ({ resourceType: 'Bundle', type, entry })
export const participants = (...references: string[]) => ({ participant: references.map(actor) })
