import { dayMs, type Instant } from '../../../domain/instant.ts'

/** What the source has to be told of the recalls in its own segment. */
export const recallSegment = { name: 'ZRC', id: 1, dueDate: 2, type: 3 }

/** A segment by its fields' numbers. */
function segment(name: string, fields: Record<number, string>): string {
  const last = Math.max(...Object.keys(fields).map(Number))
  return [name, ...Array.from({ length: last }, (_, at) => fields[at + 1] ?? '')].join('|')
}

/**
 * The same kind of year as HL7 v2: booked, moved, cancelled and booked again, missed, deleted, charged, diagnosed,
 * referred, merged, with the retired number's messages still coming in. In the right order; each segment a line.
 */
export function hl7Year(n: number, now: Instant): string[] {
  let second = 0
  const id = (name: string) => `${name}-${n}`
  const stamp = (at: Instant) => new Date(at).toISOString().replaceAll(/[-:T]/g, '').slice(0, 14).concat('+0000')
  const at = (day: number) => stamp(now + day * dayMs)
  const message = (type: string, ...segments: string[]) =>
    [
      `MSH|^~\\&|EHR|Clinic|CA|Practice|${stamp(Date.UTC(2026, 1, 1, 0, 0, ++second))}||${type}|c-${n}-${second}|P|2.5`,
      ...segments,
    ].join('\r')
  const people: Record<string, string> = {
    p: 'Quill^Zephyrine||19800203|||||||5555550111^PRN^CP',
    q: 'Quil^Zephyr||19800203|||||||5555550112^PRN^CP',
  }
  const pid = (name: string) => `PID|1||${id(name)}^^^^MR||${people[name]}`
  const place = ['AIL|1||R^^^East', 'AIP|1||77^Strange^Ada^^^Dr']
  const visit = (trigger: string, name: string, day: number | null, of = 'p') =>
    message(
      `SIU^${trigger}`,
      `SCH||${id(name)}||||||NEW^New patient`,
      pid(of),
      ...(day === null ? [] : [`AIS|1||SVC|${at(day)}|||30|MIN`]),
      ...place,
    )
  const seen = segment('PV1', { 2: 'O', 3: 'R^^^East', 7: '77^Strange^Ada^^^Dr' })
  const charge = (kind: string) =>
    segment('FT1', { 2: id('charge'), 4: '20260301', 6: kind, 7: 'OV', 25: '45378^^CPT' })
  const diagnosis = (day: string) => segment('DG1', { 3: 'E11.9^Diabetes^I10', 5: day, 6: 'F', 20: id('diagnosis') })
  const procedure = segment('PR1', { 3: '45380^^CPT', 5: '20260228', 19: id('done') })
  const referral = (status: string, due: string) => `RF1|${status}||SURGERY^Surgery|||${id('referral')}|${due}`
  return [
    message('ADT^A04', pid('p')),
    message('ADT^A04', pid('q')),
    visit('S12', 'moved', 10),
    visit('S13', 'moved', 12),
    visit('S13', 'moved', 20, 'q'),
    visit('S12', 'cancelled', 14),
    visit('S15', 'cancelled', null),
    visit('S12', 'again', 16),
    visit('S15', 'again', null),
    visit('S12', 'again', 18),
    visit('S12', 'missed', -3),
    visit('S26', 'missed', -3),
    visit('S12', 'deleted', 15),
    visit('S17', 'deleted', null),
    message('ADT^A08', pid('p'), `ZRC|${id('open')}|20260801|CLEANING`),
    message('ADT^A08', pid('p'), `ZRC|${id('open')}|20260901|CLEANING`),
    message('ADT^A08', pid('q'), `ZRC|${id('done')}|20260401|NEW`),
    message('DFT^P03', pid('q'), seen, charge('CG')),
    message('DFT^P03', pid('q'), seen, charge('CR')),
    message('ADT^A04', pid('q'), seen, diagnosis('20260201'), procedure),
    message('ADT^A08', pid('q'), seen, diagnosis('20260202')),
    message('REF^I12', referral('P', '20260601'), pid('p')),
    message('REF^I13', referral('A', '20260701'), pid('p')),
    message('ADT^A40', pid('p'), `MRG|${id('q')}^^^^MR`),
    message('ADT^A08', pid('p').replace('0111', '0113')),
    message('ADT^A31', pid('q').replace('0112', '0114')),
  ]
}
