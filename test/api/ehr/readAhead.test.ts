import { describe, expect, it } from '@jest/globals'
import { type Ehr, openBeforeEach } from './postedEhr.ts'

let ehr: Ehr
let hl7: { id: string; secret: string }
openBeforeEach((each) => {
  ehr = each
})

const message = (control: string, said: string, patient: string, ...more: string[]) =>
  ehr.postHl7(
    [
      `MSH|^~\\&|EHR|Clinic|CA|Practice|${said}||SIU^S12|${control}|P|2.5`,
      'SCH||visit-1||||||NEW^New patient',
      patient,
      'AIS|1||SVC|20260511130000+0000|||30|MIN',
      ...more,
    ],
    hl7,
  )
const quill = 'PID|1||p-1^^^^MR||Quill^Zephyrine||19800203'
const visits = () =>
  ehr.rows<{ patient: string; last_name: string; start_at: Date }>(
    `select p.external_id as patient, p.last_name, c.start_at from care_event c join patient p on p.id = c.patient_id`,
  )

describe('one message brings a patient and their visit', () => {
  it.each([
    ['neither is known', []],
    ['both are known', [quill]],
    ['the patient has another name since', ['PID|1||p-1^^^^MR||Quill^Zeph||19800203']],
  ])('%s', async (_, before) => {
    hl7 = await ehr.addSource('active', 'hl7v2')
    for (const pid of before) expect((await message('m-0', '20260501090000+0000', pid)).body).toContain('MSA|AA|m-0')
    expect((await message('m-1', '20260502090000+0000', quill)).body).toContain('MSA|AA|m-1')
    expect(await visits()).toEqual([{ patient: 'p-1', last_name: 'Quill', start_at: new Date('2026-05-11T13:00:00Z') }])
    expect(await ehr.rows('select distinct stub from patient')).toEqual([{ stub: false }])
  })

  it('and a merge that the same message tells of counts for the visit', async () => {
    hl7 = await ehr.addSource('active', 'hl7v2')
    await message('m-1', '20260501090000+0000', quill)
    const merge = [
      'MSH|^~\\&|EHR|Clinic|CA|Practice|20260502090000+0000||ADT^A40|m-2|P|2.5',
      'PID|1||p-2^^^^MR||Quill^Zephyrine||19800203',
      'MRG|p-1^^^^MR',
    ]
    expect((await ehr.postHl7(merge, hl7)).body).toContain('MSA|AA|m-2')
    expect((await message('m-3', '20260503090000+0000', quill)).body).toContain('MSA|AA|m-3')
    expect(await visits()).toMatchObject([{ patient: 'p-2' }])
  })

  it('a procedure that it names twice is one', async () => {
    hl7 = await ehr.addSource('active', 'hl7v2')
    const charge = (n: number, day: string) => `PR1|${n}||99213^Visit^C4||${day}${'|'.repeat(14)}PR-1`
    const answer = await message('m-1', '20260501090000+0000', quill, charge(1, '20260401'), charge(2, '20260402'))
    expect(answer.body).toContain('MSA|AA|m-1')
    expect(
      await ehr.rows(`select c.external_id, count(r.subject_id)::int as said from care_event c
        join inbound_record r on r.subject_id = c.id where c.kind = 'procedure' group by 1`),
    ).toEqual([{ external_id: 'PR1/PR-1', said: 2 }])
  })

  it('messages about them that come at once leave one of each', async () => {
    hl7 = await ehr.addSource('active', 'hl7v2')
    const answers = await Promise.all(
      Array.from({ length: 8 }, (_, n) => message(`m-${n}`, `2026050${n + 1}090000+0000`, quill)),
    )
    expect(answers.map(({ status }) => status)).toEqual(Array(8).fill(200))
    expect(await visits()).toHaveLength(1)
    const [newest] = await ehr.rows<{ at: Date }>('select source_last_updated as at from care_event')
    expect(newest?.at).toEqual(new Date('2026-05-08T09:00:00Z'))
  })
})
