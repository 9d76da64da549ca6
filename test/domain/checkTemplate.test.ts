import { describe, expect, it } from '@jest/globals'
import { type CheckOptions, checkTemplate } from '../../domain/checkTemplate.ts'

const options: CheckOptions = { type: 'appointment', secure: false, recipientKind: 'patient' }
const check = (template: string, change: Partial<CheckOptions> = {}) =>
  checkTemplate(template, { ...options, ...change })
const found = (template: string, change: Partial<CheckOptions> = {}) =>
  check(template, change).problems.map(({ code, line, column }) => `${code} ${line}:${column}`)

describe('a text that is right', () => {
  it.each([
    ['Hi {{ patient.firstName }}, see you {{ appointment.start }}', 'appointment.start patient.firstName'],
    [
      '{% for a in appointments %}{{ forloop.index }} {{ a.start | time }}{% unless forloop.last %}, {% endunless %}{% endfor %}',
      'appointments',
    ],
    [
      '{% assign n = patient.preferredName | default: patient.firstName %}Hi {{ n | titlecase }}',
      'patient.firstName patient.preferredName',
    ],
    ['{% capture when %}{{ appointment.start | date_long }}{% endcapture %}{{ when }}', 'appointment.start'],
    ['{{ appointments[0].start }} {{ appointments.first.type }} {{ appointments.size }}', 'appointments'],
    [
      '{% assign todays = appointments | where: "type", "Lab work" %}{% for t in todays %}{{ t.start }}{% endfor %}',
      'appointments',
    ],
    ['{% comment %}{{ nobody }}{% endcomment %}{% raw %}{{ nobody }}{% endraw %}Hi', ''],
    ['no squigglies at all', ''],
  ])('%s uses %s', (template, variables) => {
    expect(check(template)).toEqual({ problems: [], variables: variables.split(' ').filter(Boolean) })
  })
})

describe('a name that is not in the catalogue', () => {
  it.each([
    ['Hi {{ patient.firstname }}', 'unknownSquiggly 1:7', 'patient.firstName'],
    ['Hi\n  {{ patient.first_name }}', 'unknownSquiggly 2:6', 'patient.firstName'],
    ['{{ facilty.name }}', 'unknownSquiggly 1:4', 'facility.name'],
    ['{{ firstName }}', 'unknownSquiggly 1:4', 'patient.firstName'],
    ['{{ zzz }}', 'unknownSquiggly 1:4', undefined],
    ['{{ patient.name }}', 'unknownSquiggly 1:4', undefined],
    ['{% if patient.nickname == "x" %}a{% endif %}', 'unknownSquiggly 1:7', undefined],
    ['{{ patient.lastName | default: foo.bar }}', 'unknownSquiggly 1:32', undefined],
    ['{{ n }}{% assign n = 1 %}', 'unknownSquiggly 1:4', undefined],
    ['{% for a in appointments %}{{ a.tipe }}{% endfor %}', 'unknownSquiggly 1:31', 'type'],
    ['{{ appointments.foo }}', 'unknownSquiggly 1:4', undefined],
    ['{{ patient }}', 'wholeObject 1:4', 'patient.firstName'],
    ['{% assign p = patient %}x', 'wholeObject 1:15', 'patient.firstName'],
    ['{{ patient.constructor }}', 'unknownSquiggly 1:4', undefined],
    ['{% assign f = "mrn" %}{{ patient[f] }}', 'unknownSquiggly 1:26', undefined],
    ['{{ patient.firstName | titelcase }}', 'unknownFilter 1:24', 'titlecase'],
    ['a\n{% assign x = patient.lastName | nope: 1 %}{{ x }}', 'unknownFilter 2:34', undefined],
    ['{{ appointments | where_exp: "a", "patient.mrn" }}', 'unknownFilter 1:19', undefined],
  ])('%s is refused: %s, meant %s', (template, problem, suggestion) => {
    expect(found(template)).toEqual([problem])
    expect(check(template).problems[0]?.suggestion).toBe(suggestion)
  })

  it('is told together with all others, in their order', () => {
    expect(found('{{ b }}\n{{ patient.firstName | nope }} {{ recall.type }}')).toEqual([
      'unknownSquiggly 1:4',
      'unknownFilter 2:24',
      'otherType 2:35',
    ])
  })

  it('says what there is', () => {
    expect(check('{{ patient.name }}').problems[0]?.message).toBe(
      "there is no squiggly 'patient.name'; 'patient' has firstName, lastName, preferredName",
    )
  })
})

describe('health information', () => {
  it.each<[string, Partial<CheckOptions>, string[]]>([
    ['{{ procedure.name }}', { type: 'procedure' }, ['secureOnly 1:4']],
    ['{{ procedure.name }}', { type: 'procedure', secure: true }, []],
    ['{{ procedure.date }}', { type: 'procedure' }, []],
    ['Hi\n{{ diagnosis.code }}', { type: 'diagnosis' }, ['secureOnly 2:4']],
    ['{% if diagnosis.code == "E11.9" %}a{% endif %}', { type: 'diagnosis' }, ['secureOnly 1:7']],
    ['{% assign x = diagnosis.name %}{{ x }}', { type: 'diagnosis' }, ['secureOnly 1:15']],
    ['{{ patient["mrn"] }}', { recipientKind: 'staff' }, ['secureOnly 1:4']],
    ['{{ ["patient"].mrn }}', { recipientKind: 'staff' }, ['secureOnly 1:4']],
    ['{{ patient.mrn }}', { recipientKind: 'staff', secure: true }, []],
    ['{{ patient.mrn }}', { secure: true }, ['staffOnly 1:4']],
    ['{{ recall.dueDate }}', {}, ['otherType 1:4']],
    ['{{ appointment.start }}', { type: 'extraReminder' }, []],
    ['{{ appointments }}', { type: 'recall' }, ['otherType 1:4']],
  ])('%s with %j: %j', (template, change, expected) => {
    expect(found(template, change)).toEqual(expected)
  })

  it.each([
    ['{% assign patient = 1 %}{{ patient.mrn }}'],
    ['{% if false %}{% assign patient = 1 %}{% endif %}{{ patient.mrn }}'],
    ['{% for patient in appointments limit: 0 %}{% else %}{{ patient.mrn }}{% endfor %}'],
    ['{% capture patient %}x{% endcapture %}x'],
  ])('does not get in by a name of its own: %s', (template) => {
    expect(found(template).some((problem) => problem.startsWith('reservedName'))).toBe(true)
  })
})

describe('what is no Liquid', () => {
  it.each([
    ['Hi {{ patient.firstName', 'syntax 1:4'],
    ['{% if patient.firstName %}a', 'syntax 1:1'],
    ['a\n{% endif %}', 'syntax 2:1'],
    ['{% for x in %}{% endfor %}', 'syntax 1:1'],
    ['{% foo %}', 'syntax 1:1'],
    ['{% include "x" %}', 'syntax 1:1'],
    ['{{ }}', 'syntax 1:4'],
    ["{{ 'abc }}", 'syntax 1:1'],
    ['{{ patient.firstName patient.lastName }}', 'syntax 1:22'],
    ['x'.repeat(10_001), 'tooLong 1:1'],
  ])('%.60s: %s', (template, expected) => {
    expect(found(template)).toEqual([expected])
  })
})

describe('what would not work when it is sent', () => {
  it.each([
    ['{% for i in (1..1000000000) %}{% endfor %}x', 'tooMuchWork 1:1'],
    ['a\n{% for i in (1..100) %}{% for j in (1..9000) %}{% endfor %}{% endfor %}', 'tooMuchWork 2:24'],
    ['{% for i in (1..90000) %}x{% endfor %}', 'tooMuchWork 1:26'],
    ['{{ patient.firstName | date_long }}', 'doesNotRender 1:1'],
    ['{{ "now" | date: "%Y" }}', 'doesNotRender 1:1'],
    ['{{ appointments }}', 'doesNotRender 1:1'],
    ['{% comment %}nothing{% endcomment %}', 'doesNotRender 1:1'],
    ['Please\nreply CANCEL to cancel', 'cancelInvited 2:7'],
    ['{% assign w = "CANCEL" %}Reply {{ w }} now', 'cancelInvited 1:16'],
    ['{% assign w = "CAN" | append: "CEL" %}Reply {{ w }} now', 'cancelInvited 1:1'],
  ])('%s: %s', (template, expected) => {
    expect(found(template)).toEqual([expected])
  })
})
