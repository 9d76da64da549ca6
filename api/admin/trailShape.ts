import * as z from 'zod'
import { isoInstant } from '../input.ts'

/** One row of "why": what a filter or rule wanted, saw and did. */
export const trailEntry = z
  .strictObject({
    check: z.string(),
    wanted: z.string().optional(),
    saw: z.string(),
    result: z.enum(['passed', 'failed', 'moved', 'skipped', 'noted']),
    at: isoInstant.optional(),
  })
  .meta({ id: 'TrailEntry' })
