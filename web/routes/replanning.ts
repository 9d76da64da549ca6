import { replanningBars } from '../dashboard/replanning.ts'
import type { PageHandler } from '../visit.ts'

/** `GET /actions/replanning`: how far the planning anew is, which the dashboard asks for until it is done. */
export const replanning: PageHandler = async ({ tx, partial }) =>
  partial ? { partial: 'replanning', model: { bars: await replanningBars(tx), asked: true } } : { redirect: '/actions' }
