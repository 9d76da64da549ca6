import type { ActionDefinition } from './action.ts'
import type { CareEventFacts, OrganizationFacts } from './facts.ts'
import type { ResourceKind } from './organization.ts'
import type { ReasonCode } from './reasons.ts'

export interface ResourceEntry {
  check: string
  wanted: string
  saw: string
  failed: ReasonCode | false
}

const kindWords: Record<ResourceKind, string> = {
  facility: 'facilities',
  provider: 'providers',
  appointmentType: 'appointment types',
}

/** What of a care event's practice resources is switched off: one by one, or the whole kind (Who matches: disabled). */
export function resourceEntries(
  careEvent: CareEventFacts,
  definition: ActionDefinition,
  organization: OrganizationFacts,
): ResourceEntry[] {
  const { facility, providers, appointmentType } = careEvent
  const entries: ResourceEntry[] = []
  const add = (kind: ResourceKind, name: string, enabled: boolean, disabled: ReasonCode) => {
    const kindOff = !organization.enabledResourceKinds.includes(kind)
    const saw = kindOff ? `all ${kindWords[kind]} are off` : enabled ? `${name} is on` : `${name} is off`
    const failed = kindOff ? 'resourceKindDisabled' : !enabled && disabled
    entries.push({ check: `${kind}Enabled`, wanted: 'on', saw, failed })
  }
  if (facility) add('facility', facility.name, facility.enabled, 'facilityDisabled')
  if (providers.length > 0) {
    // A filter narrows to its own providers: that another one is on does not bring back a message about the one asked for.
    const { providerIds } = definition.filters
    const named = providerIds === null ? providers : providers.filter((provider) => providerIds.includes(provider.id))
    const asked = named.length > 0 ? named : providers
    const on = asked.find((provider) => provider.enabled)
    add('provider', (on ?? asked[0])?.name ?? 'none', on !== undefined, 'providerDisabled')
  }
  if (appointmentType) add('appointmentType', appointmentType.name, appointmentType.enabled, 'appointmentTypeDisabled')
  return entries
}
