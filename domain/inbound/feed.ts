/**
 * What became of a message of the feed. `received`: it failed through a mistake of ours and waits for a fix; `partly`:
 * some of it was refused; `unchanged`: all of it was known.
 */
export const feedOutcomes = ['received', 'applied', 'unchanged', 'quarantined', 'partly'] as const
export type FeedOutcome = (typeof feedOutcomes)[number]

/** What became of one record of it. */
export const recordFeedOutcomes = ['created', 'updated', 'unchanged', 'older', 'ignored', 'refused'] as const
export type RecordFeedOutcome = (typeof recordFeedOutcomes)[number]

/** What people may take for a record's id: alone, or with the resource type that some external ids begin with. */
export function externalIdsLike(text: string): string[] {
  const id = text.includes('/') ? text.slice(text.indexOf('/') + 1) : text
  const typed = ['PractitionerRole', 'HealthcareService', 'CommunicationRequest', 'Appointment'].map(
    (type) => `${type}/${id}`,
  )
  return [...new Set([text, id, ...typed])]
}
