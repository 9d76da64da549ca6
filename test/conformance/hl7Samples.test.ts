import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from '@jest/globals'
import { messagesOf } from '../../domain/inbound/hl7v2/batch.ts'
import { decodeMessage } from '../../domain/inbound/hl7v2/charset.ts'
import { parseHl7 } from '../../domain/inbound/hl7v2/message.ts'
import { hl7v2SettingsSchema } from '../../domain/inbound/hl7v2/settings.ts'

/** A folder with the FHIR-Converter project's HL7 v2 samples; without it there is nothing to read. */
const folder = process.env['HL7_SAMPLES_DIR'] ?? ''
const given = folder !== '' && existsSync(folder)

/** The samples' one patient, whose phones are made up of too few digits, as `patient` says below. */
const everyman = 'patient test1|PATID1234 ADAM EVERYMAN'
const visit = '2021-09-24T07:15:00.000Z, 50 min, GH Clinic, Robert GE, Biopsy of colon (procedure)'
/** Read and reviewed one by one: what each file becomes. */
const expected: Record<string, string[]> = {
  'ADT-A01-01.hl7': [everyman, 'procedure PR1/PR1006 completed', 'diagnosis DG1/DI20 inactive'],
  'ADT-A04-01.hl7': [everyman, 'procedure PR1/PR1006 completed', 'diagnosis DG1/DI20 inactive'],
  'ADT-A08-01.hl7': [everyman, 'procedure PR1/PR1006 completed', 'diagnosis DG1/DI20 inactive'],
  'ADT-A28-01.hl7': [everyman, 'procedure PR1/PR1006 completed', 'diagnosis DG1/DI20 inactive'],
  'ADT-A31-01.hl7': [everyman, 'procedure PR1/PR1006 completed', 'diagnosis DG1/DI20 inactive'],
  'ADT-A40-01.hl7': ['patient BCBS|12345 Test Test replaces BCBS|56789'],
  'DFT-P03-01.hl7': [
    everyman,
    'procedure PR1/test1|PATID1234/2019-11-22/71045 completed cpt 71045',
    'procedure FT1/12345 completed cpt 71045',
    'procedure FT1/test1|PATID1234/2019-11-22/99011 completed cpt 99011',
    'diagnosis DG1/test1|PATID1234/29857009 active',
    'diagnosis DG1/test1|PATID1234/68235000 active',
  ],
  'PC1-Problem-Add-v2.3.1.hl7': ['patient WEST|10290 TOM KARLS', 'diagnosis PRB/26744 active icd9 596.5'],
  'PC1-Problem-Delete-v2.3.1.hl7': ['patient 10292 JON KARLS', 'diagnosis PRB/26806 enteredInError icd9 300.7'],
  'PC1-Problem-Update-v2.3.1.hl7': ['patient 10291 JANET KARLS', 'diagnosis PRB/26793 resolved icd9 786.5'],
  'REF-I12-01.hl7': [
    'patient 123456789 ADAM EVERYMAN',
    'procedure PR1/PR1006 completed',
    'diagnosis DG1/DG1002 active icd10 K63.3',
    'recall RF1/226839 open due 2022-01-25 by DR. ROBERT POWELL',
  ],
  'SIU-S12-01.hl7': [everyman, `appointment 36996 booked ${visit}`, 'diagnosis DG1/DI20 inactive'],
  'SIU-S13-01.hl7': [everyman, `appointment 36996 booked ${visit}`],
  'SIU-S14-01.hl7': [everyman, `appointment 36996 booked ${visit}`],
  'SIU-S15-01.hl7': [everyman, `appointment 36996 cancelled ${visit}`],
  'SIU-S16-01.hl7': [everyman, `appointment 36996 cancelled ${visit}`],
  'SIU-S17-01.hl7': [everyman, 'appointment 36996 deleted'],
  'SIU-S26-01.hl7': [everyman, `appointment 36996 noShow ${visit}`],
}

/** What a file becomes, in the words of the table. */
function outline(bytes: Buffer): string[] {
  const settings = hl7v2SettingsSchema.parse({})
  const context = { now: Date.UTC(2026, 2, 2), region: 'US', settings, zoneOf: () => 'America/New_York' }
  const [text = ''] = messagesOf(decodeMessage(bytes)).messages
  return parseHl7(text, context).entries.map(({ segment, record, reasons }) => {
    if (record === null) return `${segment} ${reasons.map(({ path }) => path).join()}`
    if (record.kind === 'patient' && !record.deleted) {
      const { firstName, lastName, replaces } = record.content
      const merged = replaces.map(({ externalId }) => ` replaces ${externalId}`).join('')
      return `patient ${record.externalId} ${firstName} ${lastName}${merged}`
    }
    if (record.kind !== 'careEvent' || record.deleted)
      return `${record.kind === 'careEvent' ? record.careEventKind : record.kind} ${record.externalId} deleted`
    const {
      careEventKind,
      status,
      start,
      durationMinutes,
      facility,
      providers,
      appointmentType,
      codes,
      dueDate,
      referredBy,
    } = record.content
    const parts = [
      `${careEventKind} ${record.externalId} ${status}`,
      ...codes.map(({ system, code }) => `${system} ${code}`),
    ]
    if (start && 'at' in start)
      parts.push(
        [
          new Date(start.at).toISOString(),
          `${durationMinutes} min`,
          facility?.display,
          providers[0]?.display,
          appointmentType?.display,
        ].join(', '),
      )
    if (dueDate && 'date' in dueDate) parts.push(`due ${dueDate.date} by ${referredBy}`)
    return parts.join(' ')
  })
}

describe('the HL7 v2 samples of the FHIR-Converter project', () => {
  it('become what was reviewed, one by one', () => {
    if (!given) return expect(folder).toBe('')
    const files = readdirSync(folder).filter((name) => name.endsWith('.hl7'))
    expect(Object.fromEntries(files.map((name) => [name, outline(readFileSync(join(folder, name)))]))).toEqual(expected)
  })
})
