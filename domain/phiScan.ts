import type { RenderContext } from './renderContext.ts'

/**
 * The PHI squigglies whose values stand in a rendered text that is not secure, however they got there (PHI: the
 * rendered text is scanned once more). Values of one or two characters are in every text and say nothing.
 */
export function phiIn(text: string, context: RenderContext): string[] {
  const values: Record<string, string | null | undefined> = {
    'patient.mrn': context.patient.mrn,
    'patient.birthDate': context.patient.birthDate,
    'procedure.name': context.procedure?.name,
    'procedure.code': context.procedure?.code,
    'diagnosis.name': context.diagnosis?.name,
    'diagnosis.code': context.diagnosis?.code,
  }
  const plain = (value: string): string =>
    ` ${value
      .toLowerCase()
      .replace(/[^\p{L}\p{N}.-]+/gu, ' ')
      .trim()} `
  const haystack = plain(text.replace(/[.,;:!?]+(?=\s|$)/g, ' '))
  return Object.entries(values)
    .filter(([, value]) => value !== null && value !== undefined && value.trim().length > 2)
    .filter(([, value]) => haystack.includes(plain(value ?? '')))
    .map(([name]) => name)
}
