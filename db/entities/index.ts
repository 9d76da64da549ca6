import { ApiKey, AppUser, AuditEntry, IdempotencyKey, Session, Ticket } from './access.ts'
import { ActionGroup, CustomAction, CustomActionVersion, MessageTemplate, Suppression } from './action.ts'
import { CareEvent, CareEventCode, Encounter, EncounterLink } from './careEvent.ts'
import { CatchUp, CatchUpRecall } from './catchUp.ts'
import { Consent, ContactPoint } from './contact.ts'
import { Reply, SecureMessage, Sender, SimulatedMessage } from './conversation.ts'
import { Attempt, Delivery, PlannedMessage } from './delivery.ts'
import { EhrFile, EhrFileChunk, EhrFileKey, EhrFileReject, EhrFileRow } from './ehrFile.ts'
import { EhrSilence, InboundRecord } from './feed.ts'
import {
  EhrPull,
  EhrSource,
  EhrSubscription,
  EhrWanted,
  InboundMessage,
  Outbox,
  RejectedPost,
  Tombstone,
} from './inbound.ts'
import { Closure, Organization } from './organization.ts'
import { Patient, PatientContact, StaffMember } from './people.ts'
import { AppointmentType, Facility, Provider } from './resources.ts'
import { SftpFile } from './sftpFile.ts'

/** Every table there is. */
export const entities = [
  Organization,
  Closure,
  Facility,
  Provider,
  AppointmentType,
  Patient,
  PatientContact,
  StaffMember,
  ContactPoint,
  Consent,
  CareEvent,
  CareEventCode,
  Encounter,
  EncounterLink,
  ActionGroup,
  MessageTemplate,
  CustomAction,
  CustomActionVersion,
  Suppression,
  CatchUp,
  CatchUpRecall,
  Delivery,
  Attempt,
  PlannedMessage,
  SecureMessage,
  Reply,
  SimulatedMessage,
  Sender,
  EhrSource,
  EhrSubscription,
  EhrPull,
  EhrWanted,
  InboundMessage,
  InboundRecord,
  EhrSilence,
  EhrFile,
  EhrFileChunk,
  EhrFileKey,
  EhrFileReject,
  EhrFileRow,
  SftpFile,
  Tombstone,
  RejectedPost,
  Outbox,
  AppUser,
  Session,
  ApiKey,
  IdempotencyKey,
  AuditEntry,
  Ticket,
]
