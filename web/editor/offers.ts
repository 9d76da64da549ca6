import { type ActionDefinition, type ActionType, actionDefinitionSchema, typeTraits } from '../../domain/action.ts'
import { unavailableParts } from '../../domain/availability.ts'

/** Some definition of the type, to be asked about: nobody saves it. */
const probeOf = (type: ActionType): ActionDefinition =>
  actionDefinitionSchema.parse({
    type,
    title: '-',
    recipients: { kind: 'patient' },
    message: { body: '-' },
    timing: { offset: 1, unit: 'days', direction: 'after', anchor: 'start' },
  })

const template = '00000000-0000-4000-8000-000000000000'

/** What the form offers for a type: its traits, less what this release would refuse on save (`domain/availability.ts`). */
export function offersOf(type: ActionType) {
  const { recipients, usesTemplate, careEventKind, anchors, directions } = typeTraits[type]
  const probe = probeOf(type)
  const takes = (part: Partial<ActionDefinition>) => {
    const before = new Set(unavailableParts(probe).map(({ path }) => path))
    return unavailableParts({ ...probe, ...part }).every(({ path }) => before.has(path))
  }
  const message = probe.message as NonNullable<ActionDefinition['message']>
  const isVisit = careEventKind === 'appointment'
  return {
    type:
      !unavailableParts(probe).some(({ path }) => path === 'type') &&
      (!usesTemplate || takes({ templateId: template })),
    staff:
      recipients.includes('staff') &&
      takes({ recipients: { kind: 'staff', staffIds: [], roles: [], careEventProviders: true } }),
    translations: !usesTemplate && takes({ message: { ...message, translations: { es: { body: '-' } } } }),
    phi: !usesTemplate && takes({ message: { ...message, containsPhi: true } }),
    secure: takes({ channels: { override: null, secure: true } }),
    ownTexts: !usesTemplate,
    sameDay: (['each', 'first', 'list'] as const).filter(
      (sameDay) => (isVisit || sameDay !== 'list') && takes({ sameDay }),
    ),
    catchUp: careEventKind === 'recall',
    ifBlocked: directions.includes('before'),
    ifMoved: anchors.some((anchor) => anchor === 'start' || anchor === 'dueDate'),
    repeatAfterDays: careEventKind === 'diagnosis',
  }
}
export type Offers = ReturnType<typeof offersOf>
