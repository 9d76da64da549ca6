import { v7 } from 'uuid'

/** A new row's id: UUID v7, so that rows lie in their index by age. The time in it orders, it decides nothing. */
export const newId = (): string => v7()

const uuid = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i

/** Whether a string is a UUID, whatever its version: an id from outside may be of any. */
export const isId = (text: string): boolean => uuid.test(text)
