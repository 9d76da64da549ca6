import { describe, expect, it } from '@jest/globals'
import { type ActionType, actionTypes } from '../../domain/action.ts'
import { filterNames } from '../../domain/liquidEngine.ts'
import { renderMessage } from '../../domain/render.ts'
import { exampleContext, exampleZone } from '../../domain/renderExample.ts'
import { allSquigglies, squiggliesFor, squigglyFilters } from '../../domain/squigglies.ts'

const all =
  'patient.firstName patient.lastName patient.preferredName recipient.firstName practice.name practice.phone ' +
  'facility.name facility.address facility.phone facility.directions provider.name links.preferences ' +
  'patient.mrn patient.birthDate patient.phone'
const visit =
  'appointment.start appointment.end appointment.arrivalTime appointment.duration appointment.type ' +
  'appointment.instructions appointment.videoLink appointment.previousStart appointments appointment.confirmLink'

describe('the catalogue of squigglies', () => {
  it.each<[ActionType, string]>([
    ['appointment', visit],
    ['extraReminder', visit],
    ['recall', 'recall.dueDate recall.type recall.daysOverdue recall.bookingLink'],
    ['procedure', 'procedure.date procedure.name procedure.code'],
    ['diagnosis', 'diagnosis.date diagnosis.name diagnosis.code'],
  ])('of %s has what is common and %s', (type, own) => {
    expect(squiggliesFor(type).map(({ name }) => name)).toEqual(`${all} ${own}`.split(' '))
  })

  it('marks as PHI what only a secure message may say', () => {
    const phi = allSquigglies.filter(({ secureOnly }) => secureOnly).map(({ name }) => name)
    expect(phi).toEqual([
      ...['patient.mrn', 'patient.birthDate', 'patient.phone'],
      ...['procedure.name', 'procedure.code', 'diagnosis.name', 'diagnosis.code'],
    ])
    expect(allSquigglies.filter(({ phi: marked }) => marked).map(({ name }) => name)).toEqual(phi)
  })

  it('keeps what identifies a patient to staff', () => {
    const staff = allSquigglies.filter(({ recipients }) => !recipients.includes('patient')).map(({ name }) => name)
    expect(staff).toEqual(['patient.mrn', 'patient.birthDate', 'patient.phone'])
  })

  const written = actionTypes.flatMap((type) =>
    squiggliesFor(type)
      .filter(({ value }) => value !== 'list')
      .map(({ name, example }) => [type, name, example] as const),
  )
  it.each(written)('%s: %s reads as its example, %s', (type, name, example) => {
    const options = { zone: exampleZone, language: 'en', secure: true }
    expect(renderMessage(`{{ ${name} }}`, exampleContext(type), options)).toEqual({ ok: true, text: example })
  })

  it.each(squigglyFilters.map(({ name, example }) => [name, example] as const))(
    'the filter %s reads as its example',
    (name, example) => {
      const [template = '', reads] = example.split(' → ')
      const context = exampleContext('appointment')
      const patient = { ...context.patient, lastName: 'O’BRIEN' }
      const rendered = renderMessage(template, { ...context, patient }, { zone: exampleZone, language: 'en' })
      expect(rendered).toEqual({ ok: true, text: reads })
      expect(filterNames).toContain(name)
    },
  )
})
