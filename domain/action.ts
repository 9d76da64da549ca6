import * as z from 'zod'
import { type AnchorName, anchorNames, careEventStatuses, codeSystems, confirmations } from './careEvent.ts'

export const actionTypes = ['appointment', 'recall', 'procedure', 'diagnosis', 'extraReminder'] as const
export type ActionType = (typeof actionTypes)[number]
export const ruleNames = ['quietHours', 'holidays', 'sundays', 'recentEdit'] as const
export type RuleName = (typeof ruleNames)[number]
export const textChannels = ['sms', 'voice', 'email'] as const
export type TextChannel = (typeof textChannels)[number]
export const categories = ['care', 'outreach'] as const
export type Category = (typeof categories)[number]
export const units = ['days', 'hours', 'minutes'] as const
export type Unit = (typeof units)[number]

const id = z.uuid('an id is a UUID')
/** `null` means any; an empty list is refused, so that removing the last one never widens to everyone. */
const anyOf = <T extends z.ZodType>(item: T) =>
  z
    .array(item)
    .min(1, 'an empty list matches nobody: name at least one, or null for any')
    .max(500)
    .nullable()
    .default(null)
const timeOfDay = z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, 'a time of day is HH:mm, from 00:00 to 23:59')
const body = z.string('a message needs a text').trim().min(1, 'a message needs a text').max(10_000)
const part = z.strictObject({ subject: z.string().trim().max(200).optional(), body })

const channelTexts = z.partialRecord(z.enum(textChannels), part)

export const recipientsSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('patient') }),
  z.strictObject({
    kind: z.literal('staff'),
    staffIds: z.array(id).max(200).default([]),
    roles: z.array(z.string().trim().min(1).max(100)).max(50).default([]),
    careEventProviders: z.boolean().default(false),
  }),
])

export const messageSchema = z.strictObject({
  subject: z.string().trim().max(200).nullable().default(null),
  body,
  channels: channelTexts.default({}),
  containsPhi: z.boolean().default(false),
  /** Why a message about a procedure or diagnosis is said to contain no PHI: an admin's words, kept with the version. */
  phiReason: z.string().trim().min(5, 'say in a few words why there is no PHI in it').max(500).nullable().optional(),
  translations: z
    .record(
      z.string().regex(/^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/, 'a language is a BCP 47 tag such as es or pt-BR'),
      // A channel's own text in that language; stored actions from before may have none.
      z.strictObject({ ...part.shape, channels: channelTexts.optional() }),
    )
    .default({}),
})

/** The longest offset of each unit: two years. */
export const maxOffset: Record<Unit, number> = { days: 730, hours: 17_520, minutes: 1_051_200 }

export const timingSchema = z
  .strictObject({
    offset: z.int('an offset is a whole number').min(0, 'an offset is 0 or more; the direction says before or after'),
    unit: z.enum(units),
    direction: z.enum(['before', 'after']),
    anchor: z.enum(anchorNames),
    timeOfDay: timeOfDay.nullable().default(null),
    ifBlocked: z.enum(['moveEarlier', 'skip']).default('moveEarlier'),
    ifMoved: z.enum(['again', 'once']).default('again'),
    maxLatenessMinutes: z.int().min(0).max(10_080).default(240),
    /** null: the default of the type (0 for appointments and recalls, 7 for procedures and diagnoses). */
    acceptLateDays: z.int().min(0).max(365).nullable().default(null),
    repeatAfterDays: z.int().min(1).max(3650).default(365),
  })
  .superRefine((timing, ctx) => {
    if (timing.offset > maxOffset[timing.unit])
      ctx.addIssue({
        code: 'custom',
        path: ['offset'],
        message: `at most ${maxOffset[timing.unit]} ${timing.unit} (two years)`,
      })
    if (timing.timeOfDay !== null && timing.unit !== 'days')
      ctx.addIssue({ code: 'custom', path: ['timeOfDay'], message: 'a time of day goes with an offset in days' })
  })

export const filtersSchema = z.strictObject({
  facilityIds: anyOf(id),
  providerIds: anyOf(id),
  appointmentTypeIds: anyOf(id),
  statuses: anyOf(z.string().max(40)),
  confirmation: anyOf(z.enum(confirmations)),
  codes: anyOf(z.strictObject({ system: z.enum(codeSystems), code: z.string().trim().min(1).max(40) })),
})

/** What an admin defines; stored per version. Defaults are those of the timing page. */
export const actionDefinitionSchema = z.strictObject({
  type: z.enum(actionTypes),
  title: z.string().trim().min(1, 'a title is needed to find the action again').max(200),
  groupId: id.nullable().default(null),
  status: z.enum(['active', 'inactive']).default('inactive'),
  category: z.enum(categories).optional(),
  recipients: recipientsSchema,
  message: messageSchema.nullable().default(null),
  templateId: id.nullable().default(null),
  channels: z
    .strictObject({
      override: z
        .array(z.enum(textChannels))
        .min(1, "name at least one channel, or null for the recipient's own order")
        .nullable()
        .default(null),
      secure: z.boolean().nullable().default(null),
    })
    .default({ override: null, secure: null }),
  timing: timingSchema,
  sameDay: z.enum(['each', 'first', 'list']).default('each'),
  filters: filtersSchema.default({
    facilityIds: null,
    providerIds: null,
    appointmentTypeIds: null,
    statuses: null,
    confirmation: null,
    codes: null,
  }),
  skippedRules: z.array(z.enum(ruleNames)).max(4).default([]),
})
export type ActionDefinitionInput = z.input<typeof actionDefinitionSchema>
export type ActionDefinition = z.output<typeof actionDefinitionSchema>
export type Timing = ActionDefinition['timing']
export type Filters = ActionDefinition['filters']
export type Recipients = ActionDefinition['recipients']

/** What belongs to each type: the one table that validation, plan and editor read. */
export const typeTraits: Record<
  ActionType,
  {
    careEventKind: 'appointment' | 'recall' | 'procedure' | 'diagnosis'
    anchors: readonly AnchorName[]
    directions: readonly ('before' | 'after')[]
    filters: readonly (keyof Filters)[]
    statuses: readonly string[]
    codeSystems: readonly (typeof codeSystems)[number][]
    recipients: readonly ('patient' | 'staff')[]
    usesTemplate: boolean
    defaultCategory: Category
    containsPhiByDefault: boolean
    acceptLateDays: number
  }
> = {
  appointment: {
    careEventKind: 'appointment',
    anchors: ['start'],
    directions: ['before', 'after'],
    filters: ['facilityIds', 'providerIds', 'appointmentTypeIds', 'statuses', 'confirmation'],
    statuses: careEventStatuses.appointment,
    codeSystems: [],
    recipients: ['patient', 'staff'],
    usesTemplate: false,
    defaultCategory: 'care',
    containsPhiByDefault: false,
    acceptLateDays: 0,
  },
  recall: {
    careEventKind: 'recall',
    anchors: ['dueDate'],
    directions: ['before', 'after'],
    filters: ['facilityIds', 'providerIds', 'appointmentTypeIds'],
    statuses: careEventStatuses.recall,
    codeSystems: [],
    recipients: ['patient', 'staff'],
    usesTemplate: false,
    defaultCategory: 'outreach',
    containsPhiByDefault: false,
    acceptLateDays: 0,
  },
  procedure: {
    careEventKind: 'procedure',
    anchors: ['procedureDate'],
    directions: ['after'],
    filters: ['codes'],
    statuses: careEventStatuses.procedure,
    codeSystems: ['cpt'],
    recipients: ['patient', 'staff'],
    usesTemplate: false,
    defaultCategory: 'care',
    containsPhiByDefault: true,
    acceptLateDays: 7,
  },
  diagnosis: {
    careEventKind: 'diagnosis',
    anchors: ['diagnosisDate'],
    directions: ['after'],
    filters: ['codes'],
    statuses: careEventStatuses.diagnosis,
    codeSystems: ['icd9', 'icd10'],
    recipients: ['patient', 'staff'],
    usesTemplate: false,
    defaultCategory: 'care',
    containsPhiByDefault: true,
    acceptLateDays: 7,
  },
  extraReminder: {
    careEventKind: 'appointment',
    anchors: ['start', 'created', 'updated'],
    directions: ['before', 'after'],
    filters: ['facilityIds', 'providerIds', 'appointmentTypeIds', 'statuses', 'confirmation'],
    statuses: careEventStatuses.appointment,
    codeSystems: [],
    recipients: ['patient'],
    usesTemplate: true,
    defaultCategory: 'care',
    containsPhiByDefault: false,
    acceptLateDays: 0,
  },
}
