import type { CsvLayoutInput } from '../../domain/inbound/csv/settings.ts'

const patients = 4

export const columns = 'Id,Status,Date,Time,Minutes,Location,Provider Id,Provider,Type,Chart,First,Last,DOB,Cell'

export const layout: CsvLayoutInput = {
  name: 'appointments',
  rows: 'appointment',
  fields: {
    id: { columns: ['Id'] },
    status: { columns: ['Status'] },
    start: { columns: ['Date', 'Time'] },
    durationMinutes: { columns: ['Minutes'] },
    facilityId: { columns: ['Location'] },
    providerId: { columns: ['Provider Id'] },
    providerName: { columns: ['Provider'] },
    appointmentTypeName: { columns: ['Type'] },
    patientId: { columns: ['Chart'] },
    firstName: { columns: ['First'] },
    lastName: { columns: ['Last'] },
    birthDate: { columns: ['DOB'] },
    mobilePhone: { columns: ['Cell'] },
  },
  snapshot: { days: 365 },
}

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

/** A file of so many lines, as it is written. */
export async function* fileOf(rows: number): AsyncGenerator<Buffer> {
  yield Buffer.from(`${columns}\r\n`)
  for (let from = 0; from < rows; from += 500) {
    let text = ''
    for (let n = from; n < Math.min(rows, from + 500); n += 1) text += `${line(n)}\r\n`
    yield Buffer.from(text)
  }
}
