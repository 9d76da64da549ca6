import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { dayMs, hourMs, minuteMs } from '../../domain/instant.ts'
import { type Engine, startEngine } from '../support/engine.ts'
import { everyRule, type Practice, startPractice } from '../support/practice.ts'

/** A folder with HL7's own R4 examples, one `Type-id.json` each; without it there is nothing to post. */
const folder = process.env['FHIR_SAMPLES_DIR'] ?? ''
const given = folder !== '' && existsSync(folder)
const kinds = /^(?!Subscription-).*\.json$/

interface Sample {
  resourceType: string
  id: string
  start?: string
}

/** All whole dates moved by the same number of days, so that what they say of each other stays true. */
function shifted(text: string, days: number): Sample {
  const moved = text.replaceAll(
    /"(\d{4}-\d{2}-\d{2})(T[^"]*)?"/g,
    (_all, date: string, time = '') =>
      `"${new Date(Date.parse(date) + days * dayMs).toISOString().slice(0, 10)}${time}"`,
  )
  return JSON.parse(moved)
}

/** As the facility's clock shows it; the examples name no zone, so that it is the organization's. */
const written = (start: string, options: Intl.DateTimeFormatOptions) =>
  new Intl.DateTimeFormat('en-US', { timeZone: 'America/New_York', ...options }).format(new Date(start))

describe("HL7's own examples, shifted into the future and otherwise as they are", () => {
  let engine: Engine
  let practice: Practice
  let appointments: Required<Sample>[] = []

  beforeAll(async () => {
    if (!given) return
    engine = await startEngine()
    practice = await startPractice(engine)
    await practice.action({ skippedRules: [...everyRule] })
    const texts = readdirSync(folder)
      .filter((name) => kinds.test(name))
      .map((name) => readFileSync(join(folder, name), 'utf8'))
    const starts = texts.map((text) => Date.parse((JSON.parse(text) as Sample).start ?? '')).filter(Number.isFinite)
    const days = Math.ceil((engine.now() - Math.min(...starts)) / dayMs) + 2
    const samples = texts.map((text) => shifted(text, days))
    for (const sample of samples) await practice.post(sample)
    appointments = samples.filter((sample): sample is Required<Sample> => sample.start !== undefined)
    await engine.relay()
    for (const { id } of appointments) await engine.workflow(await careEventId(id)).result()
  })
  afterAll(() => engine?.stop())

  async function careEventId(externalId: string): Promise<string> {
    const [row] = await engine.database.inOrganization(engine.organizationId, (tx) =>
      tx.query<{ id: string }>('select id from care_event where external_id = $1', [externalId]),
    )
    if (!row) throw new Error(`the appointment ${externalId} was not stored`)
    return row.id
  }

  it(
    given
      ? 'are planned, and each patient is told the right name, day and hour'
      : 'are posted when FHIR_SAMPLES_DIR names their folder',
    async () => {
      if (!given) return
      const texts = appointments.map(({ start }) => {
        const day = written(start, { month: 'short', day: 'numeric' })
        return `Hi Peter, see you on ${day} at ${written(start, { hour: 'numeric', minute: '2-digit' })}`
      })
      expect((await practice.phone()).map(({ body }) => body).sort()).toEqual(texts.sort())
      const ledger = await practice.ledger()
      expect(ledger.map(({ status }) => status)).toEqual(texts.map(() => 'delivered'))
      const minutes = ledger.map((row) => Math.floor((row.sent_at?.getTime() ?? 0) / minuteMs) * minuteMs)
      expect(minutes.sort()).toEqual(appointments.map(({ start }) => Date.parse(start) - hourMs).sort())
    },
  )
})
