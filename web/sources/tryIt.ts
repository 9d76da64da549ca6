import type { EhrSourceView } from '../../db/queries/ehrSources.ts'
import { readZones } from '../../db/queries/inbound/zones.ts'
import { parseFhir } from '../../domain/inbound/fhir.ts'
import { messagesOf } from '../../domain/inbound/hl7v2/batch.ts'
import { parseHl7 } from '../../domain/inbound/hl7v2/message.ts'
import type { InboundRecord } from '../../domain/inbound/normalForm.ts'
import type { InboundReason } from '../../domain/inbound/reason.ts'
import type { SourceSettings } from '../../domain/inbound/sourceSettings.ts'
import type { Visit } from '../visit.ts'
import { type Fact, type Reader, recordFacts, recordTitle } from './recordWords.ts'

/** What a pasted message would become; nothing of it is stored. */
export interface Trial {
  /** One sentence for all of it. */
  summary: string
  isGood: boolean
  messages: TriedMessage[]
}
interface TriedMessage {
  /** Of several; null for one alone. */
  title: string | null
  reasons: InboundReason[]
  entries: TriedEntry[]
}
/** One record: null as title, it is not taken, for the reasons. */
export interface TriedEntry {
  where: string
  title: string | null
  facts: Fact[]
  reasons: InboundReason[]
}
interface Read {
  title: string
  reasons: InboundReason[]
  entries: { where: string; record: InboundRecord | null; reasons: InboundReason[] }[]
}

/** A page can show so many; a feed's own messages have no such limit. */
const mostMessages = 20
const mostEntries = 100

/** Reads a pasted message by the settings as they are in the form, saved or not. */
export async function tryMessage(
  { tx, now, organization }: Visit,
  source: Pick<EhrSourceView, 'id' | 'kind'>,
  settings: SourceSettings,
  text: string,
): Promise<Trial> {
  const { phoneCountry: region } = settings
  const read = source.kind === 'hl7v2' ? await readHl7(text) : [readFhir(text)]
  return trialOf(read, { zone: organization.timeZone, now })

  async function readHl7(pasted: string): Promise<Read[]> {
    const zones = await readZones(tx, source.id)
    const { messages } = messagesOf(pasted)
    return (messages.length > 0 ? messages : [pasted]).map((each) => {
      const { header, entries, reasons } = parseHl7(each, { now, region, settings: settings.hl7v2, zoneOf: zones })
      const title = header === null ? 'A message' : `${header.type} ${header.trigger} ${header.controlId}`.trim()
      return { title, reasons, entries: entries.map(({ segment, ...entry }) => ({ ...entry, where: segment })) }
    })
  }

  function readFhir(pasted: string): Read {
    try {
      const { bundleType, entries, reasons } = parseFhir(JSON.parse(pasted), { now, region, settings })
      const named = entries.map(({ resource, index, ...entry }) => ({
        ...entry,
        where: resource ?? `entry ${(index ?? 0) + 1}`,
      }))
      return { title: bundleType ?? '', reasons, entries: named }
    } catch (error) {
      if (!(error instanceof SyntaxError)) throw error
      const reason = {
        severity: 'error',
        code: 'malformed',
        path: '$this',
        message: `is no JSON: ${error.message}`,
      } as const
      return { title: '', reasons: [reason], entries: [] }
    }
  }
}

function trialOf(read: readonly Read[], reader: Reader): Trial {
  const entries = read.flatMap((message) => message.entries)
  const taken = entries.filter(({ record }) => record !== null).length
  const shown = read.slice(0, mostMessages)
  const left = entries.length - taken
  const isGood = taken > 0 && left === 0 && read.every(({ reasons }) => reasons.every(isWarning))
  return {
    isGood,
    summary:
      summaryOf(taken, left) +
      (read.length > mostMessages ? ` The first ${mostMessages} of ${read.length} messages are shown.` : ''),
    messages: shown.map(({ title, reasons, entries }) => ({
      title: read.length > 1 ? title : null,
      reasons,
      entries: entries.slice(0, mostEntries).map(({ where, record, reasons }) => ({
        where,
        title: record && recordTitle(record),
        facts: record ? recordFacts(record, reader) : [],
        reasons,
      })),
    })),
  }
}

function summaryOf(taken: number, left: number): string {
  const records = `${taken} ${taken === 1 ? 'record' : 'records'}`
  if (taken === 0) return 'Nothing of it would be taken: it would wait in quarantine with the reasons below.'
  if (left === 0) return `It would become ${records}.`
  return `It would become ${records}; ${left} ${left === 1 ? 'part' : 'parts'} would wait in quarantine.`
}

function isWarning({ severity }: InboundReason): boolean {
  return severity === 'warning'
}
