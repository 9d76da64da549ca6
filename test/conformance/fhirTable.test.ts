import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { parseFhir } from '../../domain/inbound/fhir.ts'
import type { InboundRecord } from '../../domain/inbound/normalForm.ts'
import { context, outline } from '../domain/inbound/fhirSamples.ts'

/** A folder with HL7's own R4 examples; without it there is nothing to read. */
const folder = process.env['FHIR_SAMPLES_DIR'] ?? ''
const names = folder !== '' && existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.json')) : []

const noCpt = 'warning unknownCode Procedure.code'
const noIcd = 'warning unknownCode Condition.code'

/** Each example: what it becomes, and what is said of it. The examples' own codes are SNOMED's, which are not compared. */
const reviewed: Record<string, [becomes: string, ...said: string[]]> = {
  'Appointment-2docs': ['appointment booked 2013-12-09T09:00:00.000Z'],
  'Appointment-example': ['appointment booked 2013-12-10T09:00:00.000Z'],
  'CommunicationRequest-example': ['recall open no date', 'warning missing CommunicationRequest.occurrenceDateTime'],
  'Condition-example': ['diagnosis active 2012-05-24', noIcd],
  'Condition-f001': ['diagnosis active 2011-10-05', noIcd],
  'Condition-f002': ['diagnosis active 2012-06-03', noIcd],
  'Condition-stroke': ['diagnosis active 2010-07-18', noIcd],
  'Encounter-example': ['encounter'],
  'Encounter-f001': ['encounter'],
  'HealthcareService-example': ['appointmentType Consulting psychologists and/or psychology services'],
  'Location-1': ['facility South Wing, second floor'],
  'Location-2': ['facility South Wing Neuro OR 1'],
  'Location-hl7': ['facility Health Level Seven International'],
  'Patient-example': ['patient Peter Chalmers'],
  'Patient-f001': ['patient Pieter van de Heuvel'],
  'Patient-glossy': ['patient Henry Levin'],
  'Patient-mom': ['patient Eve Everywoman'],
  'Patient-newborn': ['patient', 'warning missing Patient.name'],
  'Practitioner-example': ['provider Dr. Adam Careful'],
  'Practitioner-f001': ['provider Eric van den broek'],
  'Practitioner-f002': ['provider Pieter Voigt'],
  'PractitionerRole-example': ['provider Dr Adam Careful'],
  'Procedure-biopsy': ['procedure completed 2014-02-03', noCpt],
  'Procedure-colonoscopy': ['procedure completed no date', noCpt],
  'Procedure-example': ['procedure completed 2013-04-05', noCpt],
  'Procedure-f001': ['procedure completed 2011-06-26', noCpt],
  'Procedure-f002': ['procedure completed 2013-03-08T08:00:10.000Z', noCpt],
  'ServiceRequest-colonoscopy': ['recall unwanted'],
  'ServiceRequest-lipid': ['recall unwanted'],
  'ServiceRequest-physiotherapy': ['recall unwanted'],
  'Subscription-example': ['nothing', 'error unsupportedResource Subscription.resourceType'],
}

function outlineOf(record: InboundRecord | null | undefined): string {
  if (!record) return 'nothing'
  if (record.deleted) return record.kind === 'careEvent' ? `${record.careEventKind} unwanted` : `${record.kind} deleted`
  if (record.kind === 'patient') {
    const { firstName, lastName } = record.content
    return ['patient', firstName, lastName].filter((part) => part !== null).join(' ')
  }
  if (record.kind !== 'careEvent')
    return 'name' in record.content ? `${record.kind} ${record.content.name}` : record.kind
  const { status, start, dueDate, procedureDate, diagnosisDate, onset } = record.content
  const anchor = start ?? dueDate ?? procedureDate ?? diagnosisDate ?? onset
  const when = anchor === null ? 'no date' : 'at' in anchor ? new Date(anchor.at).toISOString() : anchor.date
  return `${record.careEventKind} ${status} ${when}`
}

describe("HL7's own examples", () => {
  it('are all reviewed here', () => {
    expect(names.map((name) => name.replace('.json', '')).filter((name) => !reviewed[name])).toEqual([])
  })

  it.each(Object.entries(reviewed))('%s', (name, expected) => {
    if (!names.includes(`${name}.json`)) return
    const [entry] = parseFhir(JSON.parse(readFileSync(join(folder, `${name}.json`), 'utf8')), context).entries
    expect([outlineOf(entry?.record), ...(entry ? outline(entry) : [])]).toEqual(expected)
  })
})
