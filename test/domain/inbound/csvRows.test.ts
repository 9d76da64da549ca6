import { describe, expect, it } from '@jest/globals'
import { csvReader } from '../../../domain/inbound/csv/cells.ts'
import type { CsvField, RowKind } from '../../../domain/inbound/csv/fields.ts'
import { type CsvContext, readRow } from '../../../domain/inbound/csv/row.ts'
import { type CsvLayoutInput, csvLayoutSchema } from '../../../domain/inbound/csv/settings.ts'
import type { CareEventContent, PatientContent } from '../../../domain/inbound/normalForm.ts'

/** Monday, 9 November 2026, 10:00 in New York. */
const context: CsvContext = {
  versionAt: Date.UTC(2026, 10, 9, 15),
  region: 'US',
  patientsElsewhere: false,
  zoneOf: (facility) => (facility === 'west' ? 'America/Los_Angeles' : 'America/New_York'),
}

type Row = Partial<Record<CsvField, string>>

/** A row whose columns are called as their fields; what is not said is the least that a row of the kind has. */
function read(rows: RowKind, cells: Row, more: Partial<CsvLayoutInput> = {}) {
  const least: Record<RowKind, Row> = {
    appointment: { id: 'x-1', patientId: 'quill', start: '2026-11-12 09:30' },
    recall: { id: 'x-1', patientId: 'quill', dueDate: '2026-12-01' },
    procedure: { id: 'x-1', patientId: 'quill', procedureDate: '2026-11-09' },
    diagnosis: { id: 'x-1', patientId: 'quill', diagnosisDate: '2026-11-09' },
    patient: { patientId: 'quill' },
  }
  const row: Row = { ...least[rows], ...cells }
  const header = Object.keys(row)
  const fields = Object.fromEntries(header.map((name) => [name, { columns: [name] }]))
  const layout = csvLayoutSchema.parse({ name: 'rows', rows, fields, ...more })
  const { records, reasons } = readRow(csvReader(layout, header), Object.values(row), context)
  return { records, said: reasons.map(({ severity, path, code }) => `${severity} ${path} ${code}`) }
}
const careEvent = (...given: Parameters<typeof read>): Partial<CareEventContent> => {
  const record = read(...given).records.at(-1)
  if (record?.kind !== 'careEvent' || record.deleted) throw new Error('no care event')
  return record.content
}
const patient = (...given: Parameters<typeof read>): Partial<PatientContent> => {
  const record = read(...given).records.find(({ kind }) => kind === 'patient')
  if (record?.kind !== 'patient' || record.deleted) throw new Error('no patient')
  return record.content
}

describe('the status of a row', () => {
  it.each<[RowKind, string, string]>([
    ['appointment', '', 'booked'],
    ['appointment', 'Scheduled', 'booked'],
    ['appointment', 'no-show', 'noShow'],
    ['appointment', 'Checked Out', 'fulfilled'],
    ['appointment', 'CXL', 'cancelled'],
    ['recall', '', 'open'],
    ['recall', 'Overdue', 'open'],
    ['recall', 'Completed', 'closed'],
    ['procedure', '', 'completed'],
    ['procedure', 'Ordered', 'planned'],
    ['procedure', 'Canceled', 'notDone'],
    ['procedure', 'Voided', 'enteredInError'],
    ['diagnosis', '', 'active'],
    ['diagnosis', 'Provisional', 'inactive'],
    ['diagnosis', 'Ruled out', 'refuted'],
  ])('of a %s, said as "%s", is %s', (kind, status, read) => {
    expect(careEvent(kind, { status })).toMatchObject({ status: read })
  })

  it('is what the layout says of the EHR’s own words, before the usual ones', () => {
    expect(careEvent('appointment', { status: 'Done' }, { statuses: { DONE: 'cancelled' } })).toMatchObject({
      status: 'cancelled',
    })
  })

  it('keeps the row out when nobody knows the word', () => {
    expect(read('appointment', { status: 'Bumped' })).toEqual({ records: [], said: ['error status unknownCode'] })
  })
})

describe('when a row is', () => {
  const at = (text: string) => ({ at: Date.parse(text) })
  it.each<[RowKind, Row, object]>([
    ['appointment', { start: '11/12/2026 2:30 PM' }, { start: at('2026-11-12T19:30:00Z') }],
    ['appointment', { start: '2026-11-12T09:30:00-08:00' }, { start: at('2026-11-12T17:30:00Z') }],
    ['appointment', { start: '2026-11-12 09:30', facilityId: 'west' }, { start: at('2026-11-12T17:30:00Z') }],
    ['appointment', { durationMinutes: '45' }, { durationMinutes: 45, end: Date.parse('2026-11-12T15:15:00Z') }],
    ['appointment', { start: '', status: 'Cancelled' }, { start: null, status: 'cancelled' }],
    ['recall', { dueDate: '12/1/2026' }, { dueDate: { date: '2026-12-01' } }],
    ['recall', { dueDate: '', status: 'Closed' }, { dueDate: null }],
    ['recall', { origin: 'Referral' }, { origin: 'referral' }],
    ['recall', { origin: 'Hygiene' }, { origin: 'recall' }],
    ['procedure', { procedureDate: '11/9/2026 8:05 AM' }, { procedureDate: at('2026-11-09T13:05:00Z') }],
    ['diagnosis', { diagnosisDate: '2026-11-09' }, { diagnosisDate: { date: '2026-11-09' } }],
  ])('of a %s with %j', (kind, row, content) => {
    expect(careEvent(kind, row)).toMatchObject(content)
  })

  it.each<[RowKind, Row, string]>([
    ['appointment', { start: '' }, 'error start missing'],
    ['appointment', { start: '11/12/2026' }, 'error start invalidInstant'],
    ['appointment', { start: '31/12/2026 9:00 AM' }, 'error start invalidDate'],
    ['recall', { dueDate: 'soon' }, 'error dueDate invalidDate'],
    ['recall', { dueDate: '' }, 'error dueDate missing'],
    ['procedure', { procedureDate: '2026-02-30' }, 'error procedureDate invalidDate'],
    ['diagnosis', { patientId: '' }, 'error patientId missing'],
    ['diagnosis', { id: '' }, 'error id missing'],
    ['patient', { patientId: '' }, 'error patientId missing'],
  ])('or whose, keeps a %s out with %j', (kind, row, reason) => {
    expect(read(kind, row)).toEqual({ records: [], said: [reason] })
  })
})

describe('the codes of a row', () => {
  it.each<[RowKind, Row, string[]]>([
    ['procedure', { codes: '45378' }, ['cpt 45378']],
    ['procedure', { codes: '45378-33' }, ['cpt 45378-33']],
    ['procedure', { codes: '45378 33' }, ['cpt 45378']],
    ['procedure', { codes: '45378; 99213|G0105' }, ['cpt 45378', 'cpt 99213']],
    ['diagnosis', { codes: 'e11.9, I10' }, ['icd10 E11.9', 'icd10 I10']],
    ['diagnosis', { codes: '250.00' }, ['icd9 250.00']],
    ['diagnosis', { codes: 'E11.9', codeSystem: 'ICD-10-CM' }, ['icd10 E11.9']],
    ['diagnosis', { codes: '44054006', codeSystem: 'SNOMED' }, []],
    ['diagnosis', { codes: '' }, []],
  ])('of a %s with %j', (kind, row, codes) => {
    expect(careEvent(kind, row).codes?.map(({ system, code }) => `${system} ${code}`)).toEqual(codes)
  })
})

describe('a birth in a year of two digits', () => {
  it.each([
    ['2/3/45', '1945-02-03'],
    ['2/29/28', '1928-02-29'],
    ['2/3/61', '1961-02-03'],
    ['2/3/15', '2015-02-03'],
    ['2/3/2045', null],
  ])('is never still to come: %s', (birthDate, expected) => {
    expect(patient('patient', { birthDate }, { timeFormats: ['M/d/yy'] }).birthDate).toBe(expected)
  })
})

describe('the patient of a row', () => {
  it.each<[Row, Partial<PatientContent>]>([
    [{ patientName: 'Quill, Zephyrine A.' }, { firstName: 'Zephyrine', lastName: 'Quill' }],
    [{ patientName: 'Zephyrine Quill' }, { firstName: 'Zephyrine', lastName: 'Quill' }],
    [{ patientName: 'Quill' }, { firstName: null, lastName: 'Quill' }],
    [{ firstName: 'Zephyrine', preferredName: 'Zephyrine' }, { preferredName: null }],
    [{ birthDate: '2/3/1980' }, { birthDate: '1980-02-03', bornIn: null }],
    [{ birthDate: '2/3/2980' }, { birthDate: null, bornIn: null }],
    [{ birthDate: '1980-02-03T00:00:00+05:00' }, { birthDate: '1980-02-03' }],
    [{ birthDate: '1980-02-03 23:30:00-0800' }, { birthDate: '1980-02-03' }],
    [{ birthDate: '2015' }, { birthDate: null, bornIn: '2015' }],
    [{ birthDate: '2015-06' }, { birthDate: null, bornIn: '2015-06' }],
    [{ birthDate: '6/2015' }, { birthDate: null, bornIn: '2015-06' }],
    [{ birthDate: '06/00/2015' }, { birthDate: null, bornIn: '2015-06' }],
    [{ birthDate: '00/00/2015' }, { birthDate: null, bornIn: '2015' }],
    [{ birthDate: '2015-06-00' }, { birthDate: null, bornIn: '2015-06' }],
    [{ birthDate: '2015-00-00' }, { birthDate: null, bornIn: '2015' }],
    [{ birthDate: '13/2015' }, { birthDate: null, bornIn: null }],
    [{ birthDate: '2980' }, { birthDate: null, bornIn: null }],
    [{ birthDate: 'unknown' }, { birthDate: null, bornIn: null }],
    [{ language: 'Spanish' }, { language: 'es' }],
    [{ language: 'es_MX' }, { language: 'es-MX' }],
    [{ language: 'Klingonese' }, { language: null }],
    [{ active: 'N' }, { active: false }],
    [{ deceased: '1/2/2026' }, { deceased: true }],
    [{ patientZone: 'Mars/Olympus' }, { zone: null }],
    [
      { state: 'new york', country: 'USA' },
      { address: { lines: [], city: null, state: 'NY', postalCode: null, country: 'US' } },
    ],
  ])('is read from %j', (row, content) => {
    expect(patient('patient', row)).toMatchObject(content)
  })

  it.each<[Row, string[]]>([
    [{ phone: '(555) 555-0101' }, ['+15555550101 sms voice']],
    [{ homePhone: '555-555-0102', mobilePhone: '5555550101' }, ['+15555550101 sms voice', '+15555550102 voice']],
    [{ mobilePhone: '5555550101', homePhone: '5555550101' }, ['+15555550101 sms voice']],
    [{ phone: '5555550103', country: 'GB' }, ['+445555550103 sms voice']],
    [{ workPhone: '5555550104', phone: '5555550105' }, ['+15555550105 sms voice', '+15555550104 voice']],
    [{ email: 'quill@example.org', phone: 'none' }, ['quill@example.org email']],
  ])('is reached as %j says', (row, points) => {
    const { contactPoints = [] } = patient('patient', row)
    expect(contactPoints.map(({ address, channels }) => `${address} ${channels.join(' ')}`)).toEqual(points)
  })
})
