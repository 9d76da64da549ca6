import { normalizeCode } from '../../codes.ts'
import { type CareEventContent, containedIdPrefix } from '../normalForm.ts'
import type { InboundReason } from '../reason.ts'
import { codesOf } from './coding.ts'
import { readCondition } from './condition.ts'
import type { ResourceContext } from './context.ts'
import { Element } from './element.ts'
import { identifierKey, identifierText } from './identity.ts'
import { readProcedure } from './procedure.ts'

/** A contained resource that is read with the Encounter that has it. */
export interface Contained {
  type: 'Condition' | 'Procedure'
  resource: Element
}

/** What `condition` means when it says `#id`; null: a record of its own, or nothing that is there. */
export function containedNamed(condition: Element, context: ResourceContext): Contained | null {
  const url = condition.text('reference')
  if (!url?.startsWith('#')) return null
  const resource = context.resource.list('contained').find((candidate) => candidate.text('id', 200) === url.slice(1))
  const type = resource?.text('resourceType', 60)
  if (!resource || (type !== 'Condition' && type !== 'Procedure')) return null
  // With an identifier that an entry of this Bundle carries, it is only a copy of that.
  const isCopy = resource.list('identifier').some((identifier) => {
    const token = identifierText(identifier)
    return token !== null && context.neighbours.byIdentifier.has(identifierKey(type, token))
  })
  return isCopy ? null : { type, resource }
}

/** What a diagnosis is there for (R4's diagnosis-role) when it is none yet: admitted for, complained of, suspected. */
const suspected = new Set(['AD', 'CC', 'PRE-OP'])

/**
 * A Condition or Procedure that its Encounter contains: of the Encounter's patient unless it says so itself. What is wrong
 * with it leaves it out, with a warning. It has no identity beyond the Encounter, and its `#id` may be another one the
 * next time: it is called by its identifier, else by its first code, else by that id.
 */
export function readContained(
  diagnosis: Element,
  { type, resource }: Contained,
  context: ResourceContext,
): { externalId: string; content: CareEventContent } | null {
  const reasons: InboundReason[] = []
  const visit = context.resource
  const value = {
    subject: visit.at('subject').value,
    ...(resource.value as object),
    contained: visit.at('contained').value,
  }
  const own = { ...context, resource: new Element(value, resource.path, reasons) }
  const read = type === 'Condition' ? readCondition(own) : readProcedure(own)
  visit.takeAsWarnings(reasons)
  if (read === null) return null
  const isSuspicion =
    codesOf(diagnosis.at('use')).some((use) => suspected.has(use)) && !resource.at('verificationStatus').exists
  const neverWas = ['entered-in-error', 'cancelled'].includes(visit.text('status', 40) ?? '')
  const [code] = read.codes
  const name =
    resource
      .list('identifier')
      .map(identifierText)
      .find((token) => token !== null) ??
    (code && `${code.system}:${normalizeCode(code.system, code.code)}`) ??
    resource.text('id', 200)
  return {
    externalId: `${containedIdPrefix(context.externalId)}${name}`,
    content: {
      ...read,
      status: neverWas ? 'enteredInError' : isSuspicion && read.status === 'active' ? 'inactive' : read.status,
      encounter: { externalId: context.externalId, identifier: null, display: null },
    },
  }
}
