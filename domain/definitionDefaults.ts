import { type ActionType, actionTypes, typeTraits } from './action.ts'

/**
 * Fills what a type has a default of its own for, where the definition leaves it open: category, days recorded late, and
 * PHI (procedures and diagnoses contain it). Give it what came in, before the schema; what is no definition comes back
 * as it is, for the schema to refuse.
 */
export function withDefaults<T>(definition: T): T {
  if (!isRecord(definition) || !isActionType(definition.type)) return definition
  const traits = typeTraits[definition.type]
  const filled: Record<string, unknown> = { ...definition, category: definition.category ?? traits.defaultCategory }
  if (isRecord(definition.timing)) {
    const acceptLateDays = definition.timing.acceptLateDays ?? traits.acceptLateDays
    filled.timing = { ...definition.timing, acceptLateDays }
  }
  if (isRecord(definition.message)) {
    const containsPhi = definition.message.containsPhi ?? traits.containsPhiByDefault
    filled.message = { ...definition.message, containsPhi }
  }
  return filled as T
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

function isActionType(value: unknown): value is ActionType {
  return actionTypes.some((type) => type === value)
}
