import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals'
import request from 'supertest'
import { replayMessage } from '../../../db/queries/inbound/replay.ts'
import { asAdmin } from '../../support/database.ts'
import { type Ehr, openEhr } from './postedEhr.ts'

let ehr: Ehr
let source: { id: string; secret: string }

beforeAll(async () => {
  ehr = await openEhr()
})
afterAll(() => ehr.drop())
beforeEach(async () => {
  source = await ehr.addSource('active', 'hl7v2')
  await ehr.touched()
})

let control = 0
/** A header of that minute of 4 May 2026, as the practice's clock reads. */
const msh = (type: string, minute = '0800') =>
  `MSH|^~\\&|EHR|Clinic|CA|Practice|20260504${minute}||${type}|c${++control}|P|2.5`
const pid = (id = '4711', name = 'Quill^Zephyrine') => `PID|1||${id}^^^^MR||${name}||19800203|||||||5555550101^PRN^CP`
const visit = (start: string, id = 'v-1') => [
  `SCH||${id}||||||NEW^New patient`,
  `AIS|1||SVC|${start}|||30|MIN`,
  'AIL|1||R^^^East',
]
const book = (start: string, minute?: string, trigger = 'S12') => [
  msh(`SIU^${trigger}`, minute),
  ...visit(start),
  pid(),
]

/** All orders of a few. */
const orders = (all: readonly number[]): number[][] =>
  all.length === 0
    ? [[]]
    : all.flatMap((first) => orders(all.filter((each) => each !== first)).map((rest) => [first, ...rest]))

const post = async (segments: readonly string[]) => {
  const answer = await ehr.postHl7(segments, source)
  return {
    status: answer.status,
    codes: [...String(answer.body).matchAll(/MSA\|(\w\w)\|(\w*)/g)].map(([, code]) => code),
    text: String(answer.body),
  }
}
const visits = () =>
  ehr.rows<{ external_id: string; status: string; start: string | null; deleted: boolean }>(
    `select external_id, status, deleted, to_char(start_at at time zone 'UTC', 'MM-DD HH24:MI') as start from care_event
     where source_id = $1 and kind = 'appointment' order by external_id`,
    [source.id],
  )

describe('POST /ehr/hl7v2', () => {
  it('stores a booking, acknowledges it to its sender, and touches the care event', async () => {
    const segments = book('202605111430')
    expect(await post(segments)).toMatchObject({
      status: 200,
      codes: ['AA'],
      text: expect.stringMatching(
        new RegExp(`^MSH\\|\\^~\\\\&\\|CA\\|Practice\\|EHR\\|Clinic\\|.*\\rMSA\\|AA\\|c${control}\\r$`),
      ),
    })
    expect(await visits()).toEqual([{ external_id: 'v-1', status: 'booked', start: '05-11 18:30', deleted: false }])
    expect(await ehr.touched()).toEqual(['v-1'])
  })

  it('moves, cancels and marks a visit, and lets no older message win', async () => {
    await post(book('202605111430', '0800'))
    await post(book('202605121430', '0900', 'S13'))
    expect(await visits()).toMatchObject([{ status: 'booked', start: '05-12 18:30' }])
    await post([msh('SIU^S15', '1000'), 'SCH||v-1', pid()])
    await post(book('202605131430', '0930', 'S13'))
    expect(await visits()).toMatchObject([{ status: 'cancelled' }])
    await post(book('202605141430', '1100'))
    expect(await visits()).toMatchObject([{ status: 'booked', start: '05-14 18:30' }])
    await post([msh('SIU^S26', '1200'), 'SCH||v-1', 'AIS|1||SVC|202605141430', pid()])
    expect(await visits()).toMatchObject([{ status: 'noShow' }])
    await post([msh('SIU^S17', '1300'), 'SCH||v-1', pid()])
    expect(await visits()).toMatchObject([{ deleted: true }])
  })

  describe('of a patient whom ADT has told of', () => {
    const full = `${pid('kin')}|spa`
    const nk1 = 'NK1|1|Quill^Ada|MTH^Mother||5555550135^PRN^CP'
    const told = async (id = 'kin') => {
      const [row] = await ehr.rows<{ said: string }>(
        `select concat_ws(' ', p.first_name, p.birth_date, p.born_in, p.language, p.deceased,
             (select string_agg(c.address, ',' order by c.address) from contact_point c where c.patient_id = p.id and c.channel = 'sms'),
             (select string_agg(k.first_name || ' ' || k.role, ',') from patient_contact k where k.patient_id = p.id)) as said
           from patient p where p.source_id = $1 and p.external_id = $2`,
        [source.id, id],
      )
      return row?.said
    }
    const booked = (minute: string, ...of: string[]) => post([msh('SIU^S12', minute), ...visit('202605111430'), ...of])
    beforeEach(async () => {
      await post([msh('ADT^A28', '0700'), full, nk1])
    })

    it('keeps what the PID of another message leaves empty, and those who answer for them', async () => {
      const before = await told()
      expect(before).toBe('Zephyrine 1980-02-03 es f +15555550101 Ada guardian')
      await booked('0800', 'PID|1||kin^^^^MR||Quill^Zephyrine')
      await ehr.touched()
      expect(await told()).toBe(before)
      await booked('0900', 'PID|1||kin^^^^MR||Quill^Zephyrine', 'GT1|1||Quill^Ada||||5555550136')
      expect(await ehr.touched()).toEqual([])
      expect(await told()).toBe(before)
    })

    it('takes what it says', async () => {
      await booked('0800', 'PID|1||kin^^^^MR||Quill^Zoe||2015|||||||5555550102^PRN^CP')
      expect(await told()).toBe('Zoe 2015 es f +15555550102 Ada guardian')
      expect(await ehr.touched()).toContain('v-1')
      await booked('0900', 'PID|1||kin^^^^MR', nk1.replace('Ada', 'Grace'))
      expect(await told()).toBe('Zoe 2015 es f +15555550102 Grace guardian')
    })

    it('takes what ADT leaves out for gone, but not what a newer message has said', async () => {
      await booked('0900', 'PID|1||kin^^^^MR||Quill^Zephyrine')
      await ehr.touched()
      const overtaken = [msh('ADT^A08', '0800'), pid('kin', 'Quill^Zoe'), nk1.replace('Ada', 'Grace')]
      await post(overtaken)
      expect(await told()).toBe('Zephyrine 1980-02-03 f +15555550101 Grace guardian')
      expect(await ehr.touched()).toContain('v-1')
      await post(overtaken)
      expect(await ehr.touched()).toEqual([])
      await post([msh('ADT^A08', '0730'), pid('kin', 'Quill^Zelda')])
      expect(await told()).toBe('Zephyrine 1980-02-03 f +15555550101 Grace guardian')
      await post([msh('ADT^A08', '1000'), 'PID|1||kin^^^^MR||Quill^Zoe'])
      expect(await told()).toBe('Zoe f')
    })

    it('takes one that says no more than a short one before it for the whole of it', async () => {
      await booked('0900', 'PID|1||kin^^^^MR||Quill^Zoe')
      expect(await told()).toBe('Zoe 1980-02-03 es f +15555550101 Ada guardian')
      await post([msh('ADT^A08', '1000'), 'PID|1||kin^^^^MR||Quill^Zoe'])
      expect(await told()).toBe('Zoe f')
    })

    it('wakes nobody when full and short messages take turns and say the same', async () => {
      const adt = (minute: string) => post([msh('ADT^A08', minute), full, nk1])
      const short = (minute: string) => booked(minute, 'PID|1||kin^^^^MR||Quill^Zephyrine')
      await short('0800')
      await ehr.touched()
      for (const [hour, tell] of [adt, short, short, adt].entries()) {
        await tell(`09${hour}0`)
        expect(await ehr.touched()).toEqual([])
      }
      await booked('1000', 'PID|1||kin^^^^MR||Quill^Zoe')
      await adt('1010')
      expect(await ehr.touched()).toContain('v-1')
      expect(await told()).toBe('Zephyrine 1980-02-03 es f +15555550101 Ada guardian')
      await booked('1020', 'PID|1||kin^^^^MR||Quill^Zephyrine', nk1.replace('Ada', 'Grace'))
      await adt('1030')
      expect(await told()).toBe('Zephyrine 1980-02-03 es f +15555550101 Ada guardian')
    })

    it('ends alike in whatever order full and short messages arrive', async () => {
      const messages = (id: string) => {
        const of = (rest: string) => `PID|1||${id}^^^^MR||${rest}`
        const short = (minute: string, ...more: string[]) => [
          msh('SIU^S12', minute),
          ...visit('202605111430', id),
          ...more,
        ]
        return [
          [msh('ADT^A28', '0710'), of('Quill^Zephyrine||19800203|||||||5555550101^PRN^CP'), nk1],
          short('0720', of('Quill^Zoe||2015')),
          [msh('ADT^A08', '0730'), of('Quill^Zoe|||||||||5555550102^PRN^CP|spa')],
          short('0740', of('|||||||||5555550103^PRN^CP'), nk1.replace('Ada', 'Grace')),
        ]
      }
      const ends: (string | undefined)[] = []
      for (const [n, order] of orders([0, 1, 2, 3]).entries()) {
        const own = messages(`any-${n}`)
        for (const place of order) await post(own[place] ?? [])
        ends.push(await told(`any-${n}`))
      }
      expect(ends).toHaveLength(24)
      expect([...new Set(ends)]).toEqual(['Zoe es f +15555550103 Grace guardian'])
    })
  })

  it('wakes nobody with what changes nothing', async () => {
    await post(book('202605111430', '0800'))
    await post(book('202605111430', '0900', 'S14'))
    await ehr.touched()
    expect(await post(book('202605111430', '1000', 'S14'))).toMatchObject({ codes: ['AA'] })
    expect(await ehr.touched()).toEqual([])
  })

  it('reads times without an offset in the zone of the facility', async () => {
    await post(book('202605111430', '0800'))
    await ehr.rows(`update facility set time_zone = 'America/Los_Angeles' where source_id = $1`, [source.id])
    await post(book('202605111430', '0900', 'S14'))
    expect(await visits()).toMatchObject([{ start: '05-11 21:30' }])
  })

  it.each([
    ['as it comes', ['merge', 'update']],
    ['when something newer of the patient came before', ['update', 'merge']],
  ])('merges a retired number into the surviving one, %s', async (_when, order) => {
    const messages: Record<string, string[]> = {
      merge: [msh('ADT^A40', '0900'), pid('new'), 'MRG|old^^^^MR'],
      update: [msh('ADT^A08', '1000'), pid('new', 'Quill^Zoe')],
    }
    await post([msh('SIU^S12'), ...visit('202605111430'), pid('old')])
    for (const each of order) await post(messages[each] ?? [])
    const rows = await ehr.rows<{ external_id: string }>(
      `select p.external_id, p.first_name from care_event c join patient p on p.id = c.patient_id where c.source_id = $1`,
      [source.id],
    )
    expect(rows).toEqual([{ external_id: 'new', first_name: 'Zoe' }])
  })

  it('takes a batch message by message, and answers each', async () => {
    const { status, codes } = await post([
      'FHS|^~\\&',
      'BHS|^~\\&',
      ...[msh('SIU^S12'), ...visit('202605111430', 'b-1'), pid()],
      ...[msh('SIU^S12'), 'SCH||b-2', pid()],
      ...[msh('ORU^R01'), pid()],
      ...[msh('SIU^S12'), ...visit('202605121430', 'b-3'), pid()],
      'BTS|4',
    ])
    expect([status, codes]).toEqual([200, ['AA', 'AA', 'AR', 'AA']])
    expect((await visits()).map(({ external_id }) => external_id)).toEqual(['b-1', 'b-3'])
  })

  it('takes a message of a batch again as it was written, whatever its character set', async () => {
    const header = () => `${msh('ADT^A08')}||||||8859/1`
    const batch = [
      'BHS|^~\\&|EHR',
      header(),
      pid('801', 'Quill^Anaïs'),
      header(),
      pid('802', 'Bärenfänger^Zoë'),
      'BTS|2',
    ]
    await ehr.postHl7(Buffer.from(batch.join('\r'), 'latin1'), source)
    const names = () =>
      ehr.rows(`select first_name, last_name from patient where source_id = $1 order by external_id`, [source.id])
    const said = [
      { first_name: 'Anaïs', last_name: 'Quill' },
      { first_name: 'Zoë', last_name: 'Bärenfänger' },
    ]
    expect(await names()).toEqual(said)
    await ehr.rows('update patient set normal_hash = null where source_id = $1', [source.id])
    const by = { now: ehr.clock(), who: { userId: null, apiKeyId: null } }
    const messages = await ehr.rows<{ id: string }>('select id from inbound_message where source_id = $1', [source.id])
    for (const { id } of messages) await replayMessage(ehr, ehr.organizationId, id, by)
    expect(await names()).toEqual(said)
  })

  it('keeps what could not be understood with the reason, and all that was posted as it came', async () => {
    expect(await post([msh('SIU^S12'), 'SCH||v-9', pid()])).toMatchObject({
      codes: ['AA'],
      text: expect.stringContaining('ERR||SCH^1^11|101|E||||has no start'),
    })
    const rows = await ehr.rows<{ outcome: string; raw: Buffer; content_type: string }>(
      'select outcome, raw, content_type from inbound_message where source_id = $1 order by received_at, id',
      [source.id],
    )
    expect(rows).toMatchObject([{ outcome: 'partly', content_type: 'x-application/hl7-v2+er7' }])
    expect(ehr.encryption.decryptBytes(rows[0]!.raw).toString()).toContain('SCH||v-9')
  })

  it('reads Windows-1252 and LF as real feeds send them', async () => {
    const body = Buffer.from([msh('ADT^A08'), pid('9', 'Müller^Zoë')].join('\n'), 'latin1')
    expect((await ehr.postHl7(body, source)).status).toBe(200)
    expect(await ehr.rows('select first_name, last_name from patient where source_id = $1', [source.id])).toEqual([
      { first_name: 'Zoë', last_name: 'Müller' },
    ])
  })
})

describe('refusals of POST /ehr/hl7v2 are acknowledgements', () => {
  it.each([
    ['what is no HL7', ['hello'], /begin with the segment MSH/],
    ['nothing', [''], /begin with the segment MSH/],
    ['another type', ['MSH|^~\\&|a|b|c|d|20260504||ORU^R01|m7|P|2.5'], /MSA\|AR\|m7\|/],
  ])('%s: 422 with AR', async (_, body, says) => {
    const { status, codes, text } = await post(body)
    expect([status, codes]).toEqual([422, ['AR']])
    expect(text).toMatch(says)
  })

  it('a batch of more messages than one answer can wait for: 422 with AR, and nothing of it stored', async () => {
    const many = Array.from({ length: 1_001 }, () => [msh('ADT^A08'), pid()]).flat()
    const { status, codes, text } = await post(['BHS|^~\\&', ...many, 'BTS|1001'])
    expect([status, codes]).toEqual([422, ['AR']])
    expect(text).toContain('at most 1000 go into one batch')
    expect(await ehr.rows('select 1 from patient where source_id = $1', [source.id])).toEqual([])
  })

  it('a stranger, and a source of another format: 401', async () => {
    expect((await ehr.postHl7([msh('ADT^A08'), pid()], { ...source, secret: 'wrong' })).status).toBe(401)
    expect((await ehr.postHl7([msh('ADT^A08'), pid()], ehr.source)).status).toBe(401)
  })

  it('another content type: 415; too much: 413; reading: 405', async () => {
    const answer = await request(ehr.app)
      .post('/ehr/hl7v2')
      .set({ 'X-Source-Id': source.id, Authorization: `Bearer ${source.secret}`, 'Content-Type': 'application/json' })
      .send('{}')
    expect(answer.status).toBe(415)
    const large = await ehr.postHl7(Buffer.alloc(20 * 1024 * 1024, 0x20), source)
    expect([large.status, String(large.body)]).toEqual([413, expect.stringContaining('MSA|AR|')])
    expect((await request(ehr.app).get('/ehr/hl7v2')).status).toBe(405)
  })

  it('what failed through no fault of the sender: AE, and kept for a replay', async () => {
    await asAdmin(ehr.url, (client) =>
      client.query(`alter table care_event add constraint bad check (external_id <> 'bad')`),
    )
    try {
      const { status, codes } = await post([msh('SIU^S12'), ...visit('202605111430', 'bad'), pid()])
      expect([status, codes]).toEqual([500, ['AE']])
    } finally {
      await asAdmin(ehr.url, (client) => client.query('alter table care_event drop constraint bad'))
    }
    expect(await ehr.rows('select outcome from inbound_message where source_id = $1', [source.id])).toEqual([
      { outcome: 'received' },
    ])
  })
})
