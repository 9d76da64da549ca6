import type { CareEventKind, CareEventStatus, Code, Confirmation } from '../../domain/careEvent.ts'
import type {
  CareEventFacts,
  ConsentFacts,
  ContactPointFacts,
  Decided,
  DecidedDelivery,
  FacilityFacts,
  ProviderFacts,
  ResourceFacts,
  Suppression,
} from '../../domain/facts.ts'
import type { Instant, LocalDate } from '../../domain/instant.ts'
import { lockCareEvent } from '../careEventLock.ts'
import type { Tx } from '../orm.ts'
import { factsOfManySql, factsOfOneSql } from './factsSql.ts'
import type { PlannedMessage } from './plannedMessages.ts'

export {
  type Configuration,
  type ConfigurationCache,
  createConfigurationCache,
  readConfiguration,
  takeConfigurationTurn,
  touchConfiguration,
} from './configuration.ts'

/** All that a plan of one care event needs, beside the organization's configuration. */
export interface CareEventReading {
  careEvent: CareEventFacts
  decided: Decided
  /** What its workflow sleeps until; null when none runs. */
  wakeAt: Instant | null
  /** The configuration's revision at the same moment, for the cache. */
  configurationRevision: number
  /** What the last plan stored as to come. */
  planned: PlannedMessage[]
}

/**
 * Reads a care event with its patient, resources, codes and what was decided before; null when it is not there. With
 * `lock` its row is locked first, so that what is read afterwards is no older than the lock: whoever decides takes turns.
 */
export async function readCareEventFacts(
  tx: Tx,
  careEventId: string,
  options: { lock?: boolean } = {},
): Promise<CareEventReading | null> {
  // Sent together: the database reads when it has the lock.
  const locked = options.lock ? lockCareEvent(tx, careEventId) : true
  const facts = tx.query<FactsRow>(factsOfOneSql, [tx.organizationId, careEventId, today(tx)], 'care event facts')
  const [[row]] = await Promise.all([facts, locked])
  return row ? readingOf(row) : null
}

/** The same for many care events, in no order; those that are not there are left out. */
export async function readFactsOfMany(tx: Tx, careEventIds: readonly string[]): Promise<CareEventReading[]> {
  const params = [tx.organizationId, careEventIds, today(tx)]
  return (await tx.query<FactsRow>(factsOfManySql, params, 'facts of many care events')).map(readingOf)
}

const today = (tx: Tx): string => new Date(tx.now).toISOString().slice(0, 10)

interface FactsRow {
  id: string
  kind: CareEventKind
  status: CareEventStatus
  confirmation: Confirmation
  deleted: boolean
  startAt: Date | null
  createdAtSource: Date | null
  updatedAnchorAt: Date | null
  dueAt: Date | null
  dueDate: LocalDate | null
  procedureAt: Date | null
  procedureDate: LocalDate | null
  diagnosisAt: Date | null
  diagnosisDate: LocalDate | null
  anchorKnownSince: Date
  loaded: boolean
  fulfilledById: string | null
  wakeAt: Date | null
  configurationRevision: number
  facility: FacilityFacts | null
  appointmentType: ResourceFacts | null
  providers: ProviderFacts[]
  codes: Code[]
  patientId: string
  patientActive: boolean
  patientDeceased: boolean
  patientMuted: boolean
  birthDate: LocalDate | null
  bornIn: string | null
  language: string | null
  patientZone: string | null
  addressState: string | null
  contactPoints: (ContactPointFacts & { guardian: boolean })[]
  consents: ConsentFacts[]
  deliveries: DecidedDelivery[]
  suppressions: Suppression[]
  planned: PlannedMessage[]
}

function readingOf(row: FactsRow): CareEventReading {
  const { id, kind, status, confirmation, deleted, fulfilledById, facility, appointmentType, providers, codes } = row
  return {
    careEvent: {
      id,
      kind,
      status,
      confirmation,
      deleted,
      fulfilledById,
      facility,
      appointmentType,
      providers,
      codes,
      start: anchor(row.startAt, null),
      createdAt: instant(row.createdAtSource),
      updatedAt: instant(row.updatedAnchorAt),
      dueDate: anchor(row.dueAt, row.dueDate),
      procedureDate: anchor(row.procedureAt, row.procedureDate),
      diagnosisDate: anchor(row.diagnosisAt, row.diagnosisDate),
      anchorKnownSince: row.anchorKnownSince.getTime(),
      loaded: row.loaded,
      patient: patientOf(row),
    },
    decided: { deliveries: row.deliveries, suppressions: row.suppressions },
    wakeAt: instant(row.wakeAt),
    configurationRevision: row.configurationRevision,
    planned: row.planned,
  }
}

function patientOf(row: FactsRow): CareEventFacts['patient'] {
  const points = (guardian: boolean): ContactPointFacts[] =>
    row.contactPoints.filter((point) => point.guardian === guardian).map(({ guardian: _, ...point }) => point)
  return {
    key: 'patient',
    kind: 'patient',
    id: row.patientId,
    active: row.patientActive,
    deceased: row.patientDeceased,
    muted: row.patientMuted,
    birthDate: row.birthDate,
    bornIn: row.bornIn,
    zone: row.patientZone,
    addressState: row.addressState,
    language: row.language,
    contactPoints: points(false),
    guardianContactPoints: points(true),
    consents: row.consents,
    ownHours: null,
  }
}

function instant(value: Date | null): Instant | null {
  return value === null ? null : value.getTime()
}

function anchor(at: Date | null, date: LocalDate | null) {
  if (at !== null) return { at: at.getTime() }
  return date === null ? null : { date }
}
