import type { RecordReference } from '../normalForm.ts'
import type { Element } from './element.ts'

/** The codes of a CodeableConcept, in capitals. */
export function codesOf(concept: Element): string[] {
  return concept
    .list('coding')
    .map((coding) => coding.text('code', 200)?.toUpperCase())
    .filter((code) => code !== undefined)
}

/** A concept as a practice resource: known by `system|code`, else by its text; called by its text, else its display. */
export function conceptReference(concept: Element): RecordReference | null {
  const text = concept.text('text', 200)
  for (const coding of concept.list('coding')) {
    const code = coding.text('code', 200)
    if (code === null) continue
    const system = coding.text('system', 200)
    const display = text ?? coding.text('display', 200) ?? code
    return { externalId: system === null ? code : `${system}|${code}`, identifier: null, display }
  }
  const name = text ?? concept.list('coding')[0]?.text('display', 200) ?? null
  return name === null ? null : { externalId: name, identifier: null, display: name }
}
