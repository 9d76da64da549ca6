import { type ActionDefinition, type ActionType, typeTraits } from '../../domain/action.ts'

/** What the form offers for a type, by its traits. */
export function offersOf(type: ActionType) {
  const { recipients, careEventKind, anchors, directions } = typeTraits[type]
  const sameDay: readonly ActionDefinition['sameDay'][] =
    careEventKind === 'appointment' ? ['each', 'first', 'list'] : ['each', 'first']
  return {
    staff: recipients.includes('staff'),
    sameDay,
    catchUp: careEventKind === 'recall',
    ifBlocked: directions.includes('before'),
    ifMoved: anchors.some((anchor) => anchor === 'start' || anchor === 'dueDate'),
    repeatAfterDays: careEventKind === 'diagnosis',
  }
}
export type Offers = ReturnType<typeof offersOf>
