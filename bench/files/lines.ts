import type { CsvLayoutInput } from '../../domain/inbound/csv/settings.ts'
import { appointmentColumns, appointmentLayout } from '../../test/support/csvFiles.ts'

const patients = 4

/** As tests have it, for files that have all there is in a year. */
export const layout: CsvLayoutInput = { ...appointmentLayout, snapshot: { days: 365 } }

/** The n-th appointment of an export that goes on for a year from 1 January 2030; every fourth is another patient's. */
export function line(n: number): string {
  const patient = Math.floor(n / patients)
  const day = new Date(Date.UTC(2030, 0, 1 + (n % 365)))
  const date = `${day.getUTCMonth() + 1}/${day.getUTCDate()}/2030`
  const place = n % 20
  const person = `chart-${patient},First${patient % 1_000},Last${patient % 5_000},${1 + (patient % 12)}/${1 + (patient % 28)}/1980`
  const phone = `(555) 555-01${String(patient % 100).padStart(2, '0')}`
  return `visit-${n},Scheduled,${date},${9 + (n % 8)}:${n % 2 ? '30' : '00'},30,place-${place},provider-${place},Dr. Number ${place},Follow up ${n % 10},${person},${phone}`
}

/** A file of so many lines, as it is written; each night with an empty line more, so that none equals the one before. */
export async function* fileOf(rows: number, night: number): AsyncGenerator<Buffer> {
  yield Buffer.from(`${appointmentColumns.join(',')}\r\n${'\r\n'.repeat(night)}`)
  for (let from = 0; from < rows; from += 500) {
    let text = ''
    for (let n = from; n < Math.min(rows, from + 500); n += 1) text += `${line(n)}\r\n`
    yield Buffer.from(text)
  }
}
