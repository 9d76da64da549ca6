/** An instant: epoch milliseconds, UTC. Zones are applied only where a rule speaks of a local day or hour. */
export type Instant = number
/** A calendar day, `YYYY-MM-DD`. */
export type LocalDate = string
/** A wall time, `HH:mm`. */
export type LocalTime = string
/** An IANA zone name. */
export type Zone = string
/** What decides takes its clock as an argument; only `main.ts` files make one from the machine's. */
export type Clock = () => Instant

export const minuteMs = 60_000
export const hourMs = 60 * minuteMs
export const dayMs = 24 * hourMs
