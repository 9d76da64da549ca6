import type { TrailEntry } from '../../domain/verdict.ts'
import { iso } from './values.ts'

/** One row of "why", with its instant as the contract writes it. */
export interface TrailView {
  check: string
  wanted?: string | undefined
  saw: string
  result: TrailEntry['result']
  at?: string | undefined
}

export function trailView({ check, wanted, saw, result, at }: TrailEntry): TrailView {
  return {
    check,
    ...(wanted === undefined ? {} : { wanted }),
    saw,
    result,
    ...(at === undefined ? {} : { at: iso(new Date(at)) }),
  }
}
