import { describe, expect, it } from '@jest/globals'
import { actionDefinitionSchema } from '../../domain/action.ts'
import { careEventStatuses } from '../../domain/careEvent.ts'
import type { ActionFacts, CareEventFacts, OrganizationFacts } from '../../domain/facts.ts'
import { matches } from '../../domain/filter.ts'
import {
  action,
  appointment,
  definition,
  diagnosis,
  facility,
  organization,
  procedure,
  provider,
  recall,
  uuid,
} from './build.ts'

const reason = (careEvent: CareEventFacts, one: ActionFacts, more: Partial<OrganizationFacts> = {}) =>
  matches(careEvent, one, organization(more)).reason

const type = { id: uuid(70), name: 'Follow up', enabled: true, sensitive: false }
const [first, second] = [provider({ id: uuid(21), name: 'First' }), provider({ id: uuid(22), name: 'Second' })]

describe('Who matches: filters', () => {
  it.each<[string, CareEventFacts, ActionFacts, string | null]>([
    ['all null: any', appointment({ facility: null }), action(), null],
    ['a listed facility', appointment(), action({ filters: { facilityIds: [uuid(9), facility().id] } }), null],
    ['another facility', appointment(), action({ filters: { facilityIds: [uuid(9)] } }), 'filterFacility'],
    [
      'an unset facility fails',
      appointment({ facility: null }),
      action({ filters: { facilityIds: [uuid(9)] } }),
      'filterFacility',
    ],
    [
      'of several providers one is enough',
      appointment({ providers: [first, second] }),
      action({ filters: { providerIds: [second.id] } }),
      null,
    ],
    [
      'none of the providers',
      appointment({ providers: [first] }),
      action({ filters: { providerIds: [second.id] } }),
      'filterProvider',
    ],
    ['no provider', appointment(), action({ filters: { providerIds: [second.id] } }), 'filterProvider'],
    [
      'a listed type',
      appointment({ appointmentType: type }),
      action({ filters: { appointmentTypeIds: [type.id] } }),
      null,
    ],
    [
      'another type',
      appointment({ appointmentType: type }),
      action({ filters: { appointmentTypeIds: [uuid(9)] } }),
      'filterAppointmentType',
    ],
    ['no type', appointment(), action({ filters: { appointmentTypeIds: [type.id] } }), 'filterAppointmentType'],
    [
      'filters must all hold',
      appointment({ appointmentType: type }),
      action({ filters: { facilityIds: [facility().id], appointmentTypeIds: [uuid(9)] } }),
      'filterAppointmentType',
    ],
    [
      'one of the codes',
      diagnosis(),
      action({
        type: 'diagnosis',
        filters: {
          codes: [
            { system: 'icd10', code: 'I10' },
            { system: 'icd10', code: 'E11.*' },
          ],
        },
      }),
      null,
    ],
    [
      'none of the codes',
      procedure(),
      action({ type: 'procedure', filters: { codes: [{ system: 'cpt', code: '99213' }] } }),
      'filterCode',
    ],
    [
      'no code',
      procedure({ codes: [] }),
      action({ type: 'procedure', filters: { codes: [{ system: 'cpt', code: '99213' }] } }),
      'filterCode',
    ],
    ['another kind of care event', recall(), action(), 'wrongKind'],
    ['extra reminders are about appointments', appointment(), action({ type: 'extraReminder' }), null],
  ])('%s', (_, careEvent, one, expected) => {
    expect(reason(careEvent, one)).toBe(expected)
  })

  it('an empty list is refused, so that removing the last one never widens to everyone', () => {
    const empty = { ...definition(), filters: { facilityIds: [] } }
    const problem = actionDefinitionSchema.safeParse(empty).error?.issues[0]
    expect(problem).toMatchObject({
      path: ['filters', 'facilityIds'],
      message: expect.stringContaining('matches nobody'),
    })
  })
})

describe('Who matches: the statuses that null means', () => {
  const matched = (one: ActionFacts) =>
    careEventStatuses.appointment.filter((status) => reason(appointment({ status, updatedAt: 1 }), one) === null)
  const reminder = (anchor: 'created' | 'updated') =>
    action({ type: 'extraReminder', timing: { anchor, direction: 'after', offset: 1 } })
  it.each<[string, ActionFacts, string[]]>([
    ['before', action(), ['booked']],
    ['after', action({ timing: { direction: 'after' } }), ['booked', 'arrived', 'checkedIn', 'fulfilled']],
    ['created', reminder('created'), ['booked']],
    ['updated', reminder('updated'), ['booked']],
    [
      'listed ones, and only those',
      action({ filters: { statuses: ['cancelled', 'noShow', 'enteredInError', 'proposed', 'pending', 'waitlist'] } }),
      ['proposed', 'pending', 'waitlist', 'cancelled', 'noShow', 'enteredInError'],
    ],
  ])('%s: %p', (_, one, expected) => {
    expect(matched(one)).toEqual(expected)
  })

  it.each<[string, (status: never) => CareEventFacts, ActionFacts, readonly string[], string[]]>([
    ['a recall', (status) => recall({ status }), action({ type: 'recall' }), careEventStatuses.recall, ['open']],
    [
      'a procedure',
      (status) => procedure({ status }),
      action({ type: 'procedure' }),
      careEventStatuses.procedure,
      ['inProgress', 'completed'],
    ],
    [
      'a diagnosis',
      (status) => diagnosis({ status }),
      action({ type: 'diagnosis' }),
      careEventStatuses.diagnosis,
      ['active'],
    ],
  ])('of %s', (_, careEvent, one, statuses, expected) => {
    expect(statuses.filter((status) => reason(careEvent(status as never), one) === null)).toEqual(expected)
  })

  it('a deleted care event never matches', () => {
    expect(reason(appointment({ deleted: true }), action())).toBe('careEventDeleted')
    expect(reason(appointment({ status: 'enteredInError' }), action())).toBe('careEventDeleted')
  })
})

describe('Who matches: confirmation', () => {
  const asked = appointment({ confirmation: 'cancelRequested' })
  it.each<[string, CareEventFacts, ActionFacts, string | null]>([
    ['any', appointment({ confirmation: 'confirmed' }), action(), null],
    [
      'only unconfirmed ones',
      appointment({ confirmation: 'confirmed' }),
      action({ filters: { confirmation: ['none'] } }),
      'filterConfirmation',
    ],
    ['a request to cancel stops "before"', asked, action(), 'cancelRequested'],
    ['but not "after"', asked, action({ timing: { direction: 'after' } }), null],
    ['nor what asks for it', asked, action({ filters: { confirmation: ['cancelRequested'] } }), null],
  ])('%s', (_, careEvent, one, expected) => {
    expect(reason(careEvent, one)).toBe(expected)
  })
})

describe('Who matches: recalls', () => {
  const recallAction = action({ type: 'recall' })
  it.each([
    ['open', recall(), null],
    ['closed by the EHR', recall({ status: 'closed' }), 'filterStatus'],
    ['fulfilled by an appointment', recall({ fulfilledById: uuid(5) }), 'recallFulfilled'],
  ])('%s', (_, careEvent, expected) => {
    expect(reason(careEvent, recallAction)).toBe(expected)
  })
})

describe('Who matches: what is switched off plans nothing, and the verdict says so', () => {
  it.each<[string, CareEventFacts, ActionFacts, Partial<OrganizationFacts>, string | null, boolean]>([
    ['a paused organization', appointment(), action(), { paused: true }, 'organizationPaused', true],
    ['the type of action', appointment(), action(), { enabledActionTypes: ['recall'] }, 'typeDisabled', true],
    ['the facility', appointment({ facility: facility({ enabled: false }) }), action(), {}, 'facilityDisabled', true],
    [
      'the only provider',
      appointment({ providers: [{ ...first, enabled: false }] }),
      action(),
      {},
      'providerDisabled',
      true,
    ],
    [
      'one of two providers',
      appointment({ providers: [{ ...first, enabled: false }, second] }),
      action(),
      {},
      null,
      false,
    ],
    [
      'the provider that the filter asks for',
      appointment({ providers: [{ ...first, enabled: false }, second] }),
      action({ filters: { providerIds: [first.id] } }),
      {},
      'providerDisabled',
      true,
    ],
    [
      'the appointment type',
      appointment({ appointmentType: { ...type, enabled: false } }),
      action(),
      {},
      'appointmentTypeDisabled',
      true,
    ],
    [
      'all facilities',
      appointment(),
      action(),
      { enabledResourceKinds: ['provider', 'appointmentType'] },
      'resourceKindDisabled',
      true,
    ],
    [
      'all providers, with none in it',
      appointment(),
      action(),
      { enabledResourceKinds: ['facility', 'appointmentType'] },
      null,
      false,
    ],
    ['an inactive action', appointment(), action({ status: 'inactive' }), {}, 'actionInactive', false],
    ['a deleted action', appointment(), action({}, { deleted: true }), {}, 'actionDeleted', false],
  ])('%s', (_, careEvent, one, more, expected, switchedOff) => {
    expect(matches(careEvent, one, organization(more))).toMatchObject({
      matched: expected === null,
      reason: expected,
      switchedOff,
    })
  })
})

describe('Who matches: the trail', () => {
  it('names every filter, with what it wanted and saw, also after the first that failed', () => {
    const one = action({ filters: { facilityIds: [uuid(9)], statuses: ['booked'] } })
    const careEvent = appointment({ providers: [first, second], appointmentType: type })
    const { trail } = matches(careEvent, one, organization())
    expect(trail.map(({ check, saw, result }) => `${check}: ${saw}: ${result}`)).toEqual([
      'kind: appointment: passed',
      'action: active: passed',
      'organization: sending: passed',
      'actionType: on: passed',
      'facilityEnabled: Main Street is on: passed',
      'providerEnabled: First is on: passed',
      'appointmentTypeEnabled: Follow up is on: passed',
      'status: booked: passed',
      'confirmation: none: passed',
      'facility: Main Street: failed',
      'provider: First, Second: passed',
      'appointmentType: Follow up: passed',
    ])
  })
})
