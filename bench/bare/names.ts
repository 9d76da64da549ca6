/** The activity has a queue and a worker of its own, as `deliver` has. */
export const activityQueueOf = (taskQueue: string): string => `${taskQueue}-activity`
