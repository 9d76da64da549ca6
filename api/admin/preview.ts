import * as z from 'zod'
import { textProblems } from '../../db/queries/checkedDefinition.ts'
import { isOptedOut } from '../../db/queries/consents.ts'
import { previewMessages } from '../../db/queries/messagePreview.ts'
import { withTemplateText } from '../../db/queries/templates.ts'
import { actionDefinitionSchema, textChannels } from '../../domain/action.ts'
import { withDefaults } from '../../domain/checkDefinition.ts'
import { phoneNumber } from '../../domain/inbound/phone.ts'
import { invalid } from '../../domain/problem.ts'
import { sendDirect } from '../direct.ts'
import { outsideRoute, route } from '../route.ts'
import { customActionReadOnly } from './customActionShapes.ts'

const tag = 'Custom actions'

const { type, message, channels, recipients, timing, ...others } = actionDefinitionSchema.shape
/** Of a definition only what the text hangs on is needed: an editor asks long before the rest is filled in. */
export const previewOf = {
  type,
  message,
  channels,
  recipients: recipients.default({ kind: 'patient' }),
  timing: timing.optional(),
  title: others.title.optional(),
  groupId: others.groupId,
  status: others.status,
  category: others.category,
  templateId: others.templateId,
  sameDay: others.sameDay,
  filters: others.filters,
  skippedRules: others.skippedRules,
  ...customActionReadOnly,
  careEventId: z.uuid().nullable().default(null),
}

/** `{ definition, careEventId }` is taken as well as the definition's fields beside `careEventId`. */
export function flattened(body: unknown): unknown {
  if (typeof body !== 'object' || body === null || !('definition' in body)) return withDefaults(body)
  const { definition, ...rest } = body
  return withDefaults(typeof definition === 'object' ? { ...definition, ...rest } : body)
}

const problem = z.strictObject({
  path: z.string(),
  message: z.string(),
  line: z.int().optional(),
  column: z.int().optional(),
})
const previewed = z
  .strictObject({
    channel: z.enum(textChannels),
    language: z.string().nullable(),
    secure: z.boolean(),
    subject: z.string().nullable(),
    body: z.string().nullable(),
    notice: z.strictObject({ subject: z.string().nullable(), body: z.string() }).nullable(),
    sms: z.strictObject({ encoding: z.enum(['GSM-7', 'UCS-2']), characters: z.int(), segments: z.int() }).nullable(),
    problem: z.string().nullable(),
    warning: z.string().nullable().meta({ description: 'What goes out all the same, but not as it is written' }),
  })
  .meta({ id: 'PreviewedMessage' })

/** E.164, or an email address in lower case. */
const address = z.string().transform((text, context) => {
  if (z.email().safeParse(text.trim()).success) return text.trim().toLowerCase()
  const number = phoneNumber(text, 'US')
  if (number === null)
    context.addIssue({ code: 'custom', message: 'is neither a phone number (+15555550101) nor an email address' })
  return number ?? z.NEVER
})

export const previewRoutes = [
  route({
    method: 'post',
    path: '/api/custom-actions/preview',
    tag,
    role: 'staff',
    summary: 'The text per channel and language, for a care event or with example values, and what is wrong with it',
    prepare: flattened,
    body: z.strictObject(previewOf),
    response: z.strictObject({ problems: z.array(problem), messages: z.array(previewed) }),
    handle: async ({ deps, tx, body }) => {
      const definition = await withTemplateText(tx, body)
      const problems = textProblems(definition)
      if (problems.length > 0) return { problems, messages: [] }
      const { organization } = await deps.configuration.read(tx)
      const surroundings = { organization, publicUrl: deps.publicUrl }
      return { problems, messages: await previewMessages(tx, definition, body.careEventId, surroundings) }
    },
  }),
  outsideRoute({
    method: 'post',
    path: '/api/custom-actions/test-send',
    tag,
    role: 'manager',
    summary:
      'Send the text to a phone of one’s own, for a care event or with example values; of a secure message its notice',
    prepare: flattened,
    body: z.strictObject({ ...previewOf, channel: z.enum(textChannels).default('sms'), to: address }),
    response: z.strictObject({ id: z.uuid(), channel: z.enum(textChannels), to: z.string(), body: z.string() }),
    handle: async ({ deps, who, body }) => {
      const { to, channel } = body
      const problems = textProblems(body)
      if ((channel === 'email') !== to.includes('@'))
        problems.push({ path: 'to', message: `does not fit the channel ${channel}` })
      if (problems.length > 0) throw invalid(problems)
      const text = await deps.database.inOrganization(who.organizationId, async (tx) => {
        if (await isOptedOut(tx, to))
          throw invalid([{ path: 'to', message: 'has opted out of messages; use another phone' }])
        const definition = await withTemplateText(tx, body)
        const only = { ...definition, channels: { ...body.channels, override: [channel] } }
        const { organization } = await deps.configuration.read(tx)
        const surroundings = { organization, publicUrl: deps.publicUrl }
        const [written] = await previewMessages(tx, only, body.careEventId, surroundings)
        // Of a secure message the content never goes out, not even to try it.
        return written?.notice ? { ...written, ...written.notice } : written
      })
      if (text === undefined || text.body === null)
        throw invalid([{ path: 'message.body', message: text?.problem ?? 'a message is needed' }])
      const { id } = await sendDirect(deps, who.organizationId, { channel, to, subject: text.subject, body: text.body })
      return { id, channel, to, body: text.body }
    },
  }),
]
