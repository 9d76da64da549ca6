/** One setting of a source as a field of its form. */
export interface Field {
  /** Where it is in the settings, e.g. `recalls.serviceRequest.intents`: its name in the form, too. */
  path: string
  /**
   * `tick`: a boolean. `ticks`: some of the options. `choice`: one of them. `lines` and `commas`: a list, typed with one
   * on each line or with commas between them; empty is null for lines.
   */
  control: 'tick' | 'ticks' | 'choice' | 'lines' | 'commas' | 'text' | 'number'
  label: string
  help?: string
  options?: readonly { value: string; label: string }[]
  placeholder?: string
  /** What a new form begins with, where the settings have nothing yet. */
  initial?: readonly string[]
}

/** Fields that belong together. */
export interface Section {
  id: string
  title: string
  help?: string
  /**
   * Without this tick the fields count for nothing, and are not shown. `off`: what the settings say then; the part that
   * all fields are in is null, or they are kept beside a false.
   */
  switch?: { path: string; label: string; off: null | false }
  fields: readonly Field[]
}

/** What each field says, as it was typed. */
export type Values = Readonly<Record<string, readonly string[]>>

/** All fields of the sections, with the ticks that switch a section on. */
export function fieldsOf(sections: readonly Section[]): Field[] {
  return sections.flatMap((section) => [
    ...(section.switch ? [{ path: section.switch.path, label: section.switch.label, control: 'tick' as const }] : []),
    ...section.fields,
  ])
}
