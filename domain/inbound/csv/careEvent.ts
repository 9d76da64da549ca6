import type { AnchorValue, CareEventKind, CareEventStatus } from '../../careEvent.ts'
import { minuteMs, type Zone } from '../../instant.ts'
import { localDate } from '../../time.ts'
import { bareCareEvent, type CareEventContent, type RecordReference } from '../normalForm.ts'
import type { Cells } from './cells.ts'
import { readCodes } from './codes.ts'
import type { CsvField } from './fields.ts'
import { readReference } from './resources.ts'
import { readStatus } from './status.ts'
import { anchorIn, csvTime } from './time.ts'

/** Statuses of what is off: such a row need not say when it would have been. */
const ended: readonly CareEventStatus[] = ['cancelled', 'noShow', 'enteredInError', 'closed', 'notDone', 'refuted']
/** A year: what lasts longer is a mistake. */
const longestMinutes = 366 * 24 * 60

/** The care event of a row; null when what it can't be understood without is missing or wrong (among the reasons). */
export function readCareEvent(
  cells: Cells,
  kind: CareEventKind,
  patient: RecordReference,
  facility: RecordReference | null,
  zone: Zone,
): CareEventContent | null {
  const status = readStatus(cells, kind)
  if (status === null) return null
  const provider = readReference(cells, 'provider')
  const common = { ...bareCareEvent(kind, status, patient), facility, providers: provider === null ? [] : [provider] }
  if (kind === 'appointment') return appointment(cells, common, zone)
  if (kind === 'recall') return recall(cells, common, zone)
  const field = kind === 'procedure' ? 'procedureDate' : 'diagnosisDate'
  const date = readWhen(cells, field, status, zone)
  const day = date === null ? null : 'date' in date ? date.date : localDate(zone, date.at)
  return { ...common, [field]: date, codes: readCodes(cells, kind, day) }
}

function appointment(cells: Cells, common: CareEventContent, zone: Zone): CareEventContent {
  const said = readWhen(cells, 'start', common.status, zone)
  if (said !== null && 'date' in said)
    cells.error('start', 'invalidInstant', 'says a day and no time: an appointment begins at a time of day')
  const start = said !== null && 'at' in said ? said : null
  return {
    ...common,
    appointmentType: readReference(cells, 'appointmentType'),
    start,
    ...readEnd(cells, start, zone),
    created: readTime(cells, 'created', zone),
    instructions: cells.text('instructions', 4_000),
    videoLink: readLink(cells),
  }
}

function recall(cells: Cells, common: CareEventContent, zone: Zone): CareEventContent {
  const isReferral = /^REF/i.test(cells.text('origin', 100) ?? '')
  return {
    ...common,
    appointmentType: readReference(cells, 'appointmentType'),
    dueDate: readWhen(cells, 'dueDate', common.status, zone),
    origin: isReferral ? 'referral' : 'recall',
    referredBy: cells.text('referredBy', 200),
  }
}

/** When it is: what is not off has to say so, in a way that can be read. */
function readWhen(cells: Cells, field: CsvField, status: CareEventStatus, zone: Zone): AnchorValue | null {
  const text = cells.text(field, 100)
  const time = text === null ? null : csvTime(text, cells.reader.layout.timeFormats)
  if (time !== null) return anchorIn(time, zone)
  if (text !== null) return cells.error(field, 'invalidDate', unreadable(cells))
  return ended.includes(status) ? null : cells.error(field, 'missing', 'is empty: it has to say when it is')
}

/** What may be left out when it can't be read. */
function readTime(cells: Cells, field: CsvField, zone: Zone): AnchorValue | null {
  const text = cells.text(field, 100)
  if (text === null) return null
  const time = csvTime(text, cells.reader.layout.timeFormats)
  return time === null
    ? cells.warn(field, 'invalidDate', `${unreadable(cells)}, and is left out`)
    : anchorIn(time, zone)
}

function unreadable(cells: Cells): string {
  return `is no day or time as ${['2026-03-09 14:30', ...cells.reader.layout.timeFormats].join(' or ')} would have it`
}

function readEnd(cells: Cells, start: { at: number } | null, zone: Zone) {
  const text = cells.text('durationMinutes', 20)
  const minutes = text === null ? null : Number(text)
  const isLength = minutes !== null && Number.isInteger(minutes) && minutes > 0 && minutes <= longestMinutes
  if (text !== null && !isLength) cells.warn('durationMinutes', 'wrongType', 'is no number of minutes, and is left out')
  const said = readTime(cells, 'end', zone)
  const at = said !== null && 'at' in said ? said.at : null
  if (start === null) return { end: null, durationMinutes: isLength ? minutes : null }
  if (at !== null && at < start.at) cells.warn('end', 'inconsistent', 'lies before the start, and is left out')
  const end = at !== null && at >= start.at ? at : isLength ? start.at + minutes * minuteMs : null
  const length = end !== null && end > start.at ? Math.round((end - start.at) / minuteMs) : null
  return { end, durationMinutes: isLength ? minutes : length }
}

function readLink(cells: Cells): string | null {
  const text = cells.text('videoLink', 2_000)
  if (text === null || /^https:\/\/[^\s/]+/i.test(text)) return text
  return cells.warn('videoLink', 'malformed', 'is no https address, and is left out')
}
