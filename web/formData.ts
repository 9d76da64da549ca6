/** A submitted form, as Express's urlencoded parser gives it: a field's value, or its values. */
export type FormData = Readonly<Record<string, unknown>>

/** No keyboard types a NUL, and the database takes none. */
const typed = (text: string) => text.replaceAll('\0', '')

/** One value of a field; '' when it is missing. */
export function one(form: FormData, name: string): string {
  const value = form[name]
  const first: unknown = Array.isArray(value) ? value[0] : value
  return typeof first === 'string' ? typed(first) : ''
}

/** All values of a field that may come several times. */
export function many(form: FormData, name: string): string[] {
  const value = form[name]
  return (Array.isArray(value) ? value : [value])
    .filter((each): each is string => typeof each === 'string' && each !== '')
    .map(typed)
}

/** A number field: null when empty, NaN for what is no number, so that the schema can say so. */
export function numberOf(form: FormData, name: string): number | null {
  const text = one(form, name).trim()
  return text === '' ? null : Number(text)
}

/** A query string without its empty parts, for links that keep the rest of the state. */
export function queryString(values: Readonly<Record<string, string | null | undefined>>): string {
  const query = new URLSearchParams()
  for (const [name, value] of Object.entries(values)) if (value) query.set(name, value)
  const text = query.toString()
  return text === '' ? '' : `?${text}`
}
