import { describe, expect, it } from '@jest/globals'
import { type RenderOptions, renderMessage } from '../../domain/render.ts'
import type { RenderContext } from '../../domain/renderContext.ts'
import { exampleContext, exampleZone } from '../../domain/renderExample.ts'

const full = exampleContext('appointment')
/** Nothing known of the patient but the last name; neither provider nor facility. */
const { facility: _none, ...bare }: RenderContext = {
  ...full,
  patient: { ...full.patient, firstName: null, preferredName: '  ' },
  provider: { name: '' },
}
const options: RenderOptions = { zone: exampleZone, language: 'en' }
const render = (template: string, context: RenderContext = full, more: Partial<RenderOptions> = {}) =>
  renderMessage(template, context, { ...options, ...more })
const text = (template: string, context?: RenderContext, more?: Partial<RenderOptions>) => {
  const rendered = render(template, context, more)
  return rendered.ok ? rendered.text : `${rendered.reason}: ${rendered.detail}`
}

describe('a message', () => {
  it.each([
    ['Hi {{ patient.firstName }}, see you soon', 'Hi Maria, see you soon'],
    ['{{ appointment.start }}', 'Mon, Mar 9, 9:00 AM EDT'],
    ['{{ appointment.start | date_long }}', 'Monday, March 9, 2026'],
    ['{{ appointment.start | date_short }} {{ appointment.start | weekday }}', 'Mar 9 Monday'],
    ['{{ appointment.start | time }}, {{ appointment.start | time: "zone" }}', '9:00 AM, 9:00 AM EDT'],
    ['{{ appointment.start | date }}, {{ appointment.start | date: "%A %-d" }}', 'March 9, 2026, Monday 9'],
    [
      '{{ practice.phone }} {{ practice.phone | phone }} {{ "+442079460000" | phone }}',
      '(555) 555-0100 (555) 555-0100 +44 20 7946 0000',
    ],
    ['{{ "DE LA CRUZ" | titlecase }}', 'De la Cruz'],
    [
      '{% for a in appointments %}{{ forloop.index }}. {{ a.start | time }} {{ a.type }}; {% endfor %}',
      '1. 9:00 AM Follow-up; 2. 11:00 AM Lab work; ',
    ],
    [
      '{{ appointments.size }} {{ appointments[1].type }} {{ appointments | map: "type" | join: ", " }}',
      '2 Lab work Follow-up, Lab work',
    ],
    ['{{ appointments | map: "start" | join: " + " }}', 'Mon, Mar 9, 9:00 AM EDT + Mon, Mar 9, 11:00 AM EDT'],
    ['{% if appointment.start > appointment.previousStart %}later{% else %}earlier{% endif %}', 'later'],
    ['{% if appointment.duration >= 30 %}long{% endif %}', 'long'],
    ['{% capture name %}{{ patient.firstName }} L.{% endcapture %}{{ name | upcase }}', 'MARIA L.'],
    ['{% raw %}{{ as it is }}{% endraw %}', '{{ as it is }}'],
  ])('%s reads: %s', (template, expected) => {
    expect(text(template)).toBe(expected)
  })

  it.each([
    ['es', 'lun, 9 de mar, 9:00 a.m. EDT', 'lunes, 9 de marzo de 2026', '9 mar'],
    ['es-MX', expect.stringContaining('9:00'), 'lunes, 9 de marzo de 2026', '9 mar'],
    ['de', expect.stringContaining('9. März'), 'Montag, 9. März 2026', '9. März'],
    [null, 'Mon, Mar 9, 9:00 AM EDT', 'Monday, March 9, 2026', 'Mar 9'],
    ['no language', 'Mon, Mar 9, 9:00 AM EDT', 'Monday, March 9, 2026', 'Mar 9'],
  ])('in language %s has its dates in it', (language, whole, long, short) => {
    expect(text('{{ appointment.start }}', full, { language })).toEqual(whole)
    expect(text('{{ appointment.start | date_long }}', full, { language })).toBe(long)
    expect(text('{{ appointment.start | date_short }}', full, { language })).toBe(short)
  })

  it('has plain spaces in its times, so that an SMS stays GSM-7', () => {
    for (const language of ['en', 'es', 'fr'])
      expect(text('{{ appointment.start }}', full, { language })).not.toMatch(/[^\S ]/)
  })

  it.each([
    ['America/Los_Angeles', '6:00 AM PDT'],
    ['America/Phoenix', '6:00 AM MST'],
    ['Pacific/Honolulu', '3:00 AM HST'],
    ['UTC', '1:00 PM UTC'],
  ])('tells the time of %s', (zone, expected) => {
    expect(text('{{ appointment.start | time: "zone" }}', full, { zone })).toBe(expected)
  })

  it('has the winter time before the clocks change and the summer time after', () => {
    const at = (start: number) => ({ ...full, appointment: { ...full.appointment!, start } })
    expect(text('{{ appointment.start }}', at(Date.UTC(2026, 2, 8, 6, 59)))).toBe('Sun, Mar 8, 1:59 AM EST')
    expect(text('{{ appointment.start }}', at(Date.UTC(2026, 2, 8, 7, 0)))).toBe('Sun, Mar 8, 3:00 AM EDT')
  })

  it('has no time of day for a date', () => {
    const recall = exampleContext('recall')
    expect(text('{{ recall.dueDate }} {{ recall.dueDate | date_short }}', recall)).toBe('Mon, Mar 9, 2026 Mar 9')
    expect(text('{{ recall.dueDate | time }}', recall)).toBe(
      'missingValue: recall.dueDate (a date without a time of day)',
    )
  })

  it('escapes values in HTML only', () => {
    const context = { ...full, patient: { ...full.patient, firstName: '<b>Mia</b>' } }
    expect(text('<p>{{ patient.firstName }}</p>', context)).toBe('<p><b>Mia</b></p>')
    expect(text('<p>{{ patient.firstName }}</p>', context, { format: 'html' })).toBe('<p>&lt;b&gt;Mia&lt;/b&gt;</p>')
  })

  it('does not take Liquid in a value for a template', () => {
    const context = { ...full, patient: { ...full.patient, firstName: '{{ patient.lastName }}' } }
    expect(text('Hi {{ patient.firstName }}', context)).toBe('Hi {{ patient.lastName }}')
  })
})

describe('a missing value', () => {
  it.each([
    ['Hi {{ patient.preferredName }},', 'patient.preferredName', 'never "Hi ,"'],
    ['{{ patient.firstName | upcase }}', 'patient.firstName', 'a filter does not hide it'],
    ['{{ "Hi " | append: patient.firstName }}', 'patient.firstName', 'nor does an argument'],
    ['{{ facility.name }}', 'facility.name', 'a whole object is missing'],
    ['{{ patient.preferredName | default: patient.firstName }}', 'patient.firstName', 'the default is missing too'],
    ['{% assign n = patient.preferredName %}Hi {{ n }}', 'patient.preferredName', 'a name of its own does not hide it'],
    ['{% assign n = patient.preferredName %}{% assign m = n %}{{ m }}', 'patient.preferredName', 'nor do two'],
    ['{% for a in appointments %}{{ a.instructions }}{% endfor %}', 'a.instructions', 'in one of several'],
    ['{{ patient.mrn }}', 'patient.mrn', 'PHI outside a secure message'],
    ['{{ patient.constructor }}', 'patient.constructor', 'nothing of the language itself is there'],
    ['{{ appointment.start.zone }}', 'appointment.start.zone', 'nor in a date'],
    ['{{ patient.__proto__ }}', 'patient.__proto__', 'nor here'],
  ])('%s names %s (%s)', (template, detail) => {
    const context = { ...bare, appointments: bare.appointments!.map((one) => ({ ...one, instructions: null })) }
    const rendered = render(template, context)
    expect(rendered).toMatchObject({
      ok: false,
      reason: expect.stringMatching(/^(missingValue|templateError)$/),
      detail,
    })
  })

  it.each([
    ['Hi {{ patient.preferredName | default: "there" }}', 'Hi there'],
    ['{{ patient.preferredName | default: patient.firstName | default: "you" }}', 'you'],
    ['{{ patient.preferredName | default: patient.lastName }}', 'Lopez'],
    ['{{ patient.lastName | default: patient.firstName }}', 'Lopez'],
    ['{{ patient.preferredName | titlecase | default: "you" }}', 'you'],
    ['{{ provider.name | prepend: "Dr. " | default: "your provider" }}', 'your provider'],
    ['{{ patient.lastName | prepend: "Ms. " | default: "you" | upcase }}', 'MS. LOPEZ'],
    ['{% if patient.preferredName %}a{% else %}b{% endif %}', 'b'],
    ['{% unless patient.preferredName %}a{% endunless %}', 'a'],
    ['{% if patient.preferredName == "Mia" or patient.lastName == "Lopez" %}a{% endif %}', 'a'],
    ['{% case patient.preferredName %}{% when "Mia" %}a{% else %}b{% endcase %}', 'b'],
    ['{% assign n = patient.preferredName | default: "you" %}{{ n }}', 'you'],
    ['{% assign n = patient.preferredName %}{% if n %}{{ n }}{% else %}you{% endif %}', 'you'],
    ['{% assign n = patient.preferredName %}{{ n | default: "you" }}', 'you'],
    ['{% if facility.name %}at {{ facility.name }}{% else %}soon{% endif %}', 'soon'],
  ])('%s is covered: %s', (template, expected) => {
    expect(text(template, bare)).toBe(expected)
  })

  it('is none when the message is secure and the value there', () => {
    expect(text('{{ patient.mrn }}', full, { secure: true })).toBe('M-1001')
  })

  it('is not a zero', () => {
    const context = exampleContext('recall')
    expect(text('{{ recall.daysOverdue }}', { ...context, recall: { ...context.recall!, daysOverdue: 0 } })).toBe('0')
  })
})

describe('a text that cannot be rendered', () => {
  it.each([
    ['{% for i in (1..1000000000) %}x{% endfor %}', 'memory alloc limit'],
    ['{% for i in (1..99000) %}x{% endfor %}', 'message length limit'],
    [
      '{% for i in (1..1000) %}{% for j in (1..1000) %}{% for k in (1..1000) %}{% endfor %}{% endfor %}{% endfor %}',
      'limit',
    ],
    ['{% capture x %}{% for i in (1..90000) %}aaaaaaaaaa{% endfor %}{% endcapture %}{{ x | upcase }}', 'limit'],
    ['x'.repeat(10_001), 'limit'],
    ['{{ patient.firstName', 'not closed'],
    ['{{ "now" | date: "%Y" }}', 'needs a date'],
    ['{{ patient.lastName | date_long }}', 'needs a date'],
    ['{{ patient }}', 'whole object'],
    ['{{ patient | json }}', 'undefined filter: json'],
    ['{{ appointments | where_exp: "a", "patient.mrn" }}', 'undefined filter'],
    ['{{ appointments | sample }}', 'undefined filter'],
    ['{% include "/etc/hosts" %}', 'not found'],
    ['{% render "x" %}', 'not found'],
    ['{% layout "x" %}', 'not found'],
    ['{% if patient.preferredName %}Hi{% endif %}', 'nothing is left'],
  ])('%.60s says why: %s', (template, detail) => {
    expect(render(template, bare)).toMatchObject({
      ok: false,
      reason: 'templateError',
      detail: expect.stringContaining(detail),
    })
  })

  it('says which zone is none', () => {
    expect(text('{{ appointment.start }}', full, { zone: 'Mars/Olympus' })).toBe(
      "templateError: the zone 'Mars/Olympus' is not an IANA zone",
    )
  })

  it('holds nothing of the patient in its reason', () => {
    for (const template of ['{{ patient.firstName | date_long }}', '{{ patient.lastName | time }}', '{{ patient }}'])
      expect(JSON.stringify(render(template))).not.toMatch(/Maria|Lopez/)
  })
})
