import * as z from 'zod'
import type { ReasonCode } from '../../domain/reasons.ts'
import { reasons } from '../../domain/reasons.ts'
import { isoInstantOrNull } from '../input.ts'

export const reasonCode = z.enum(Object.keys(reasons) as [ReasonCode, ...ReasonCode[]])

/** Up to so many care events a plan is made for each; of more, for a random sample, whole patients at a time. */
export const judgeAtMost = z.int().min(1).max(50_000)

export const messageSample = z
  .strictObject({
    careEventId: z.uuid(),
    patientId: z.uuid(),
    patientName: z.string().nullable(),
    recipient: z.string().nullable(),
    dueAt: isoInstantOrNull,
    sendAt: isoInstantOrNull,
    reason: reasonCode.nullable(),
  })
  .meta({ id: 'MessageSample' })

export const reachAnswer = z
  .strictObject({
    careEvents: z
      .int()
      .meta({ description: 'Counted: care events that match and whose message is due in the horizon' }),
    patients: z.int(),
    staff: z.int(),
    deliverable: z.int().meta({ description: 'Messages; deliverable + undeliverable = all' }),
    undeliverable: z.array(z.strictObject({ reason: reasonCode, count: z.int() })),
    byDay: z
      .array(z.strictObject({ date: z.iso.date(), count: z.int() }))
      .meta({ description: 'What is deliverable, by the organization’s day on which it goes out after rules' }),
    estimatedPerWeek: z.number().nullable().meta({
      description: 'An estimate from the last 90 days, where care events are not booked ahead; else null',
    }),
    samples: z.array(messageSample),
    judged: z.int().meta({ description: 'Care events that a plan was made for' }),
    exact: z.boolean().meta({
      description: 'Whether these are all; else deliverable, undeliverable and byDay are shares of a random sample',
    }),
  })
  .meta({ id: 'Reach' })
