/** The characters that a message separates with (MSH-1, MSH-2). */
export interface Delimiters {
  escape: string
  field: string
  component: string
  subcomponent: string
  repetition: string
}
