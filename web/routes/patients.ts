import type { Router } from 'express'
import { readCareEventDetails } from '../../db/queries/careEventDetails.ts'
import { listCareEvents } from '../../db/queries/careEvents.ts'
import { recordPatientConsent } from '../../db/queries/consents.ts'
import { listContactPoints } from '../../db/queries/contactPoints.ts'
import { readDeliveryDetails } from '../../db/queries/deliveryDetails.ts'
import { getPatient, listPatients, mutePatient, type PatientView } from '../../db/queries/patients.ts'
import { readTimeline } from '../../db/queries/timeline.ts'
import { textChannels } from '../../domain/action.ts'
import { Problem } from '../../domain/problem.ts'
import { careEventLine, careEventPlace } from '../careEvents/summary.ts'
import { one, queryString } from '../formData.ts'
import { notice } from '../notice.ts'
import { fullName } from '../patients/name.ts'
import { comingRows, contactRows, pastRows } from '../patients/timeline.ts'
import type { PageHandler, Visits } from '../visit.ts'
import { writtenBirth } from '../words/time.ts'
import { statusWord } from '../words/types.ts'
import { idOf } from './ids.ts'

const perPage = 50

/** `GET /patients` */
const list: PageHandler = async ({ tx, query }) => {
  const q = one(query, 'q').trim().slice(0, 200)
  const cursor = one(query, 'cursor')
  const page = await listPatients(tx, { q: q || undefined, cursor: cursor || undefined, limit: perPage })
  const model = {
    q,
    rows: page.items.map((patient) => ({
      href: `/patients/${patient.id}`,
      name: fullName(patient),
      born: writtenBirth(patient),
      mrn: patient.mrn,
      notes: notesOf(patient),
    })),
    next: page.nextCursor === null ? null : `/patients${queryString({ q, cursor: page.nextCursor })}`,
    back: cursor === '' ? null : `/patients${queryString({ q })}`,
  }
  return { view: 'patients', title: 'Patients', section: 'patients', model: { list: model } }
}

function notesOf({ muted, active, deceased, mergedInto }: PatientView): string[] {
  return [
    muted ? 'muted' : null,
    deceased ? 'deceased' : active ? null : 'not active',
    mergedInto === null ? null : 'merged into another record',
  ].filter((note) => note !== null)
}

/** `GET /patients/:id`: what this patient got and will get, and how they may be reached. */
const open: PageHandler = async (visit) => {
  const { tx, deps, now, organization } = visit
  const patient = await getPatient(tx, idOf(visit, 'patient'))
  const configuration = await deps.configuration.read(tx)
  const timeline = await readTimeline(tx, patient.id, { configuration, encryption: deps.encryption, now })
  const { items: ahead } = await listCareEvents(tx, { patientId: patient.id, from: now, limit: 20 })
  const eventIds = [...ahead.map(({ id }) => id), ...timeline.coming.map(({ careEventId }) => careEventId)]
  const careEvents = await readCareEventDetails(tx, [...new Set(eventIds)])
  const known = {
    actions: configuration.actions,
    careEvents,
    deliveries: await readDeliveryDetails(
      tx,
      timeline.past.map(({ id }) => id),
      deps.encryption,
    ),
    now,
  }
  const model = {
    id: patient.id,
    name: fullName(patient),
    href: `/patients/${patient.id}`,
    firstName: patient.preferredName ?? patient.firstName ?? 'this patient',
    born: writtenBirth(patient),
    mrn: patient.mrn,
    language: patient.language === null ? null : languageName(patient.language),
    zone: patient.timeZone,
    muted: patient.muted,
    notes: notesOf(patient),
    coming: comingRows(timeline, known),
    past: pastRows(timeline, known),
    contacts: contactRows(await listContactPoints(tx, patient.id), organization.timeZone),
    careEvents: ahead
      .flatMap(({ id }) => careEvents.get(id) ?? [])
      .sort((a, b) => (a.startAt ?? Number.MAX_SAFE_INTEGER) - (b.startAt ?? Number.MAX_SAFE_INTEGER))
      .map((details) => ({
        href: `/care-events/${details.id}`,
        line: careEventLine(details, now),
        place: careEventPlace(details),
        status: statusWord(details.status),
      })),
  }
  return { view: 'patient', title: model.name, section: 'patients', model: { patient: model } }
}

function languageName(tag: string): string {
  try {
    return new Intl.DisplayNames('en-US', { type: 'language' }).of(tag) ?? tag
  } catch {
    return tag
  }
}

/** `POST /patients/:id/mute` */
const mute: PageHandler = async (visit) => {
  const muted = one(visit.form, 'muted') === 'yes'
  const patient = await mutePatient(visit.tx, idOf(visit, 'patient'), muted, visit.by)
  const undo = { action: `/patients/${patient.id}/mute`, fields: [{ name: 'muted', value: muted ? 'no' : 'yes' }] }
  const text = muted ? 'Muted: nothing is sent to this patient.' : 'Messages go to this patient again.'
  return { redirect: `/patients/${patient.id}`, notice: notice('good', text, { undo }) }
}

/** `POST /patients/:id/consent`: an opt-out or opt-in that the patient told the practice. */
const consent: PageHandler = async (visit) => {
  const { tx, by, form } = visit
  const id = idOf(visit, 'patient')
  const state = one(form, 'state') === 'granted' ? 'granted' : 'denied'
  const channel = textChannels.find((each) => each === one(form, 'channel'))
  if (channel === undefined) throw new Problem('malformed', 'Choose the channel: SMS, call or e-mail.')
  await recordPatientConsent(tx, id, { address: one(form, 'address'), channel, category: null, state, note: null }, by)
  const text = state === 'denied' ? 'Opted out, for everyone behind this number or address.' : 'Opted in again.'
  return { redirect: `/patients/${id}`, notice: notice('good', `${text} What waits is planned again.`) }
}

export function patientRoutes(web: Router, visit: Visits): void {
  web.get('/patients', visit('staff', list))
  web.get('/patients/:id', visit('staff', open))
  web.post('/patients/:id/mute', visit('staff', mute))
  web.post('/patients/:id/consent', visit('staff', consent))
}
