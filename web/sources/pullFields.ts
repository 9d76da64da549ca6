import { pulledTypes } from '../../domain/inbound/pull/settings.ts'
import type { Section } from './fields.ts'

const byKind = (is: string) => ({ when: { path: 'pull.auth.kind', is } })

/** What is fetched from an EHR's FHIR server, where it does not post by itself, or names only what changed. */
export const pullSections: readonly Section[] = [
  {
    id: 'pull',
    title: 'Fetching from its FHIR server',
    help: 'For an EHR that has no subscriptions, or whose notifications only name what changed. What is fetched is taken as if it had been posted.',
    switch: { path: 'pull', label: 'Ask the EHR for what changed', off: null },
    isTried: true,
    fields: [
      {
        path: 'pull.baseUrl',
        control: 'text',
        label: 'Base address of its FHIR server',
        placeholder: 'https://ehr.example.org/fhir',
      },
      {
        path: 'pull.auth.kind',
        restarts: 'pull.auth',
        control: 'choice',
        label: 'We prove who we are with',
        options: [
          { value: 'none', label: 'nothing' },
          { value: 'bearer', label: 'a token' },
          { value: 'basic', label: 'a user and a password' },
          { value: 'smart', label: 'a key of ours (SMART backend services)' },
        ],
        initial: ['none'],
      },
      { path: 'pull.auth.user', control: 'text', label: 'User', ...byKind('basic') },
      { path: 'pull.auth.clientId', control: 'text', label: 'Client id', ...byKind('smart') },
      {
        path: 'pull.auth.tokenUrl',
        control: 'text',
        label: 'Where the token is asked for',
        placeholder: 'https://ehr.example.org/token',
        emptyIsNull: true,
        help: 'Empty: as the server says itself, in .well-known/smart-configuration.',
        ...byKind('smart'),
      },
      {
        path: 'pull.auth.algorithm',
        control: 'select',
        label: 'Signed by',
        options: [
          { value: 'RS384', label: 'RS384' },
          { value: 'ES384', label: 'ES384' },
        ],
        initial: ['RS384'],
        ...byKind('smart'),
      },
      {
        path: 'pull.auth.keyId',
        control: 'text',
        label: 'Id of the key',
        emptyIsNull: true,
        help: 'Empty: the kid that the key names itself.',
        ...byKind('smart'),
      },
      {
        path: 'pull.auth.scope',
        control: 'text',
        label: 'Scope',
        placeholder: 'system/Appointment.read system/Patient.read',
        emptyIsNull: true,
        help: 'Empty: reading what is asked for below.',
        ...byKind('smart'),
      },
      {
        path: 'credentials',
        control: 'secret',
        label: 'Token, password or private key (as a JWK)',
        help: 'It is kept encrypted, and never shown.',
      },
      {
        path: 'pull.types',
        control: 'ticks',
        label: 'What is asked for',
        options: pulledTypes.map((value) => ({ value, label: value })),
        initial: ['Location', 'Practitioner', 'Patient', 'Appointment'],
      },
      { path: 'pull.everyMinutes', control: 'number', label: 'Minutes between two rounds', initial: ['15'] },
      {
        path: 'pull.startDate',
        control: 'date',
        label: 'The first round begins with',
        emptyIsNull: true,
        help: 'What changed from that day on. Empty: everything there is. It counts as history: nothing old is sent for it.',
      },
      {
        path: 'pull.changesBy',
        control: 'choice',
        label: 'What changed is asked by',
        options: [
          { value: 'search', label: 'a search (_lastUpdated): every server has it' },
          { value: 'history', label: 'the history of each type: it also tells what was deleted' },
        ],
        initial: ['search'],
      },
      {
        path: 'pull.overlapMinutes',
        control: 'number',
        label: 'Minutes that each round goes back',
        help: 'So that what a server shows late is not lost, nor what changes while its pages are read. Empty: as far as two rounds are apart, and 5 more. What comes twice changes nothing.',
      },
      { path: 'pull.pageSize', control: 'number', label: 'Resources in one page', initial: ['100'] },
      {
        path: 'pull.sorted',
        control: 'tick',
        label: 'Ask for the oldest change first',
        help: 'So that nothing is left out while it changes. Untick it for a server that refuses to sort.',
        initial: ['yes'],
      },
    ],
  },
]
