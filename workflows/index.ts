/** One function under four names, so that operators can filter by the kind of care event. */
export {
  careEvent as appointment,
  careEvent as diagnosis,
  careEvent as procedure,
  careEvent as recall,
} from './careEvent.ts'
export { pullSources } from './pullSources.ts'
export { reviseFulfilments } from './reviseFulfilments.ts'
export { retention, watchSources } from './tendFeed.ts'
