/** One setting of a source as a field of its form. */
export interface Field {
  /** Where it is in the settings, e.g. `recalls.serviceRequest.intents`: its name in the form, too. */
  path: string
  /**
   * `tick`: a boolean. `ticks`: some of the options. `choice` and `select`: one of them, the empty one is null. `lines` and `commas`: a
   * list, typed with one on each line or with commas between them. `pairs`: names and values, `name = value` on each
   * line. `columns`: where a CSV field comes from, `First + Last` or `=always the same`. `secret` and
   * `secretText`: no setting, written and never shown; empty keeps what is stored.
   */
  control:
    | 'tick'
    | 'ticks'
    | 'choice'
    | 'select'
    | 'lines'
    | 'commas'
    | 'pairs'
    | 'columns'
    | 'text'
    | 'date'
    | 'number'
    | 'secret'
    | 'secretText'
  label: string
  help?: string
  /** The record can't be without it. */
  needed?: boolean
  /** Nothing typed says null: whatever there is, or the usual. */
  emptyIsNull?: true
  /** It counts, and is shown, only while another field is chosen so. */
  when?: { path: string; is: string }
  /** Another choice begins this part of the settings anew: what belongs to the one before is gone. */
  restarts?: string
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
  /** What it says can be tried at once, by the EHR's own answer. */
  isTried?: true
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
