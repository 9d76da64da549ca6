import * as z from 'zod'
import type { ZodOpenApiOperationObject, ZodOpenApiPathsObject } from 'zod-openapi'
import { roles } from './principal.ts'
import { problemAnswer } from './problemSchema.ts'

/** Calls beside the table of routes: they have ways of their own to say who asks, or ask nobody. */
const part = z.boolean()
const session = z.object({
  userId: z.uuid(),
  email: z.string(),
  name: z.string(),
  role: z.enum(roles),
  csrfToken: z.string().meta({ description: 'To be sent as X-CSRF-Token with every change.' }),
})
const resource = z.looseObject({ resourceType: z.string() }).meta({ description: 'One FHIR R4 resource, or a Bundle.' })

const json = (schema: z.ZodType, description = 'Done.') => ({
  description,
  content: { 'application/json': { schema } },
})
const done = { description: 'Done.' }
const fhir = (description: string) => ({ description, content: { 'application/fhir+json': { schema: resource } } })
const hl7 = (description: string) => ({
  description,
  content: { 'x-application/hl7-v2+er7': { schema: z.string() } },
})
const page = (description: string) => ({ description, content: { 'text/html': { schema: z.string() } } })
const link = z.object({ token: z.string() })
const pageAnswers = {
  '200': page('The page.'),
  default: page(
    'A page with a sentence: locked (403), no such link (404), expired or replaced (410), not the right date (422), too many tries (429).',
  ),
}
const storedFile = z.object({ fileId: z.uuid(), outcome: z.enum(['waiting', 'repeat']) })
const readiness = z.object({ status: z.string(), database: part, temporal: part, worker: part })
const open: Pick<ZodOpenApiOperationObject, 'security'> = { security: [] }

export const otherCalls: ZodOpenApiPathsObject = {
  '/api/session': {
    post: {
      ...open,
      operationId: 'signIn',
      tags: ['Session'],
      summary: 'Sign in; the answer sets the session cookie',
      requestBody: {
        content: { 'application/json': { schema: z.object({ email: z.string(), password: z.string() }) } },
      },
      responses: { '201': json(session), default: problemAnswer },
    },
    get: {
      operationId: 'getSession',
      tags: ['Session'],
      summary: 'Who is signed in',
      responses: { '200': json(session), default: problemAnswer },
    },
    delete: {
      operationId: 'deleteSession',
      tags: ['Session'],
      summary: 'Sign out',
      responses: { '204': done, default: problemAnswer },
    },
  },
  '/ehr/fhir': {
    post: {
      security: [
        { ehrSource: [], ehrSecret: [] },
        { ehrSource: [], ehrSignature: [] },
      ],
      operationId: 'postFhir',
      tags: ['EHR in'],
      summary: 'FHIR R4 from an EHR; when it is answered, it is stored',
      requestBody: { required: true, content: { 'application/fhir+json': { schema: resource } } },
      responses: {
        '200': fhir('Taken, or known already; of a Bundle, what became of each entry.'),
        '201': fhir('Taken as new.'),
        '422': fhir('Kept in quarantine: an OperationOutcome.'),
        default: fhir('Not taken: an OperationOutcome.'),
      },
    },
  },
  '/ehr/hl7v2': {
    post: {
      security: [
        { ehrSource: [], ehrSecret: [] },
        { ehrSource: [], ehrSignature: [] },
      ],
      operationId: 'postHl7v2',
      tags: ['EHR in'],
      summary: 'HL7 v2 from an EHR: a message or a batch; when it is acknowledged, it is stored',
      requestBody: { required: true, content: { 'x-application/hl7-v2+er7': { schema: z.string() } } },
      responses: {
        '200': hl7('An acknowledgement for each message, in their order: AA stored, AR never taken.'),
        '422': hl7('AR: none of it is taken.'),
        default: hl7('AE: send it again later. AR: not taken.'),
      },
    },
  },
  '/ehr/csv': {
    post: {
      security: [
        { ehrSource: [], ehrSecret: [] },
        { ehrSource: [], ehrSignature: [] },
      ],
      operationId: 'postCsv',
      tags: ['EHR in'],
      summary:
        'A file from an EHR, as it comes (perhaps with Content-Encoding: gzip); when it is answered, it is stored',
      requestParams: {
        query: z.object({
          name: z
            .string()
            .max(300)
            .optional()
            .meta({ description: 'What the file is called; its layout may depend on it.' }),
          layout: z.string().max(60).optional().meta({ description: 'The layout of the source that it is read by.' }),
        }),
      },
      requestBody: { required: true, content: { 'text/csv': { schema: z.string() } } },
      responses: {
        '200': json(storedFile, 'A repeat of the file before: nothing is done.'),
        '202': json(storedFile, 'Stored; it is imported next.'),
        default: problemAnswer,
      },
    },
  },
  '/api/ehr-files/{id}/rejects': {
    get: {
      operationId: 'getEhrFileRejects',
      tags: ['EHR'],
      summary: 'The rows of a file that were not taken, with the reasons',
      description: 'Role: admin or more.',
      requestParams: { path: z.object({ id: z.uuid() }) },
      responses: {
        '200': { description: 'The file’s own columns, Row, Reason.', content: { 'text/csv': { schema: z.string() } } },
        default: problemAnswer,
      },
    },
  },
  '/callbacks/twilio/status': {
    post: {
      ...open,
      operationId: 'twilioStatus',
      tags: ['Callbacks'],
      summary: 'What became of a text, signed by Twilio',
      responses: { '204': done, default: problemAnswer },
    },
  },
  '/callbacks/twilio/inbound': {
    post: {
      ...open,
      operationId: 'twilioInbound',
      tags: ['Callbacks'],
      summary: 'A text from a phone, signed by Twilio',
      responses: {
        '200': { description: 'TwiML.', content: { 'text/xml': { schema: z.string() } } },
        default: problemAnswer,
      },
    },
  },
  '/m/{token}': {
    get: {
      ...open,
      operationId: 'getSecureMessage',
      tags: ['Pages of a link'],
      summary: 'A patient’s secure message: asks for the birth date; for staff, to sign in',
      requestParams: { path: link },
      responses: pageAnswers,
    },
    post: {
      ...open,
      operationId: 'openSecureMessage',
      tags: ['Pages of a link'],
      summary: 'Opens it with the birth date, as the page’s form does; five wrong ones lock the patient’s messages',
      requestParams: { path: link },
      requestBody: {
        content: {
          'application/x-www-form-urlencoded': {
            schema: z.object({
              month: z.string().optional(),
              day: z.string().optional(),
              year: z.string().optional(),
              notMe: z.string().optional().meta({ description: 'Given: whoever has the link is not the patient.' }),
            }),
          },
        },
      },
      responses: pageAnswers,
    },
  },
  '/c/{token}': {
    get: {
      ...open,
      operationId: 'getConfirmation',
      tags: ['Pages of a link'],
      summary: 'Where a patient confirms an appointment; opening it changes nothing',
      requestParams: { path: link },
      responses: pageAnswers,
    },
    post: {
      ...open,
      operationId: 'confirmAppointment',
      tags: ['Pages of a link'],
      summary: 'Confirm, or ask to cancel, as the page’s buttons do',
      requestParams: { path: link },
      requestBody: {
        content: {
          'application/x-www-form-urlencoded': {
            schema: z.object({ answer: z.enum(['confirmed', 'cancelRequested']) }),
          },
        },
      },
      responses: { '303': { description: 'Recorded; back to the page.' }, default: pageAnswers.default },
    },
  },
  '/p/{token}': {
    get: {
      ...open,
      operationId: 'getPreferences',
      tags: ['Pages of a link'],
      summary: 'A patient’s message preferences: channels and categories, per number or address',
      requestParams: { path: link },
      responses: pageAnswers,
    },
    post: {
      ...open,
      operationId: 'changePreferences',
      tags: ['Pages of a link'],
      summary: 'Opt in and out, as the page’s form does; each change is a consent with the source preferences',
      requestParams: { path: link },
      requestBody: {
        content: {
          'application/x-www-form-urlencoded': {
            schema: z.object({
              asked: z.array(z.string()).optional(),
              may: z.array(z.string()).optional(),
              stop: z.string().optional().meta({ description: 'Given: no message at all.' }),
            }),
          },
        },
      },
      responses: { '303': { description: 'Saved; back to the page.' }, default: pageAnswers.default },
    },
  },
  '/healthz': {
    get: {
      ...open,
      operationId: 'getHealth',
      tags: ['Operations'],
      summary: 'The process is alive',
      responses: { '200': json(z.object({ status: z.string() })) },
    },
  },
  '/readyz': {
    get: {
      ...open,
      operationId: 'getReadiness',
      tags: ['Operations'],
      summary: 'Database, Temporal and a worker can be reached; 503 when one cannot',
      responses: { '200': json(readiness), '503': json(readiness, 'Not ready.') },
    },
  },
  '/metrics': {
    get: {
      ...open,
      operationId: 'getMetrics',
      tags: ['Operations'],
      summary: 'Figures for Prometheus',
      responses: { '200': { description: 'Text.', content: { 'text/plain': { schema: z.string() } } } },
    },
  },
}
