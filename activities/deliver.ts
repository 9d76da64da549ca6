import type { Instant } from '../domain/instant.ts'
import type { CareEventRef } from '../workflows/names.ts'
import type { DueStep, Step } from '../workflows/step.ts'
import { begin } from './begin.ts'
import type { Call } from './call.ts'
import type { ActivityDeps } from './deps.ts'
import { finish } from './finish.ts'
import { activityNow } from './now.ts'

/**
 * One message, from decision to bookkeeping (Sending: the send protocol): decide, render, claim and open an attempt in
 * one transaction; call the provider; record what it said and plan the next step in another. What a crash leaves in
 * between is an open attempt, which the next run finds and never repeats blindly.
 */
export async function deliver(deps: ActivityDeps, ref: CareEventRef, due: DueStep): Promise<Step | null> {
  const now = activityNow(deps.clock)
  const begun = await begin(deps, ref, due, now)
  if (!begun.call) return begun.next
  const answer = await make(deps, begun.call)
  return finish(deps, ref, due, begun.call, answer, later(deps, now))
}

async function make(deps: ActivityDeps, call: Call) {
  const setup = deps.channels[call.message.channel]
  if (!setup) return { outcome: 'refused', retry: 'ours', code: 'noChannel', retryAfterMs: null } as const
  return call.kind === 'send' ? setup.channel.send(call.message) : setup.channel.find(call.message)
}

/** The clock may lag behind a workflow in virtual time, but what was decided at `now` is never recorded as earlier. */
function later(deps: ActivityDeps, now: Instant): Instant {
  return Math.max(deps.clock(), now)
}
