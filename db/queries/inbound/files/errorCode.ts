/** What may be said of an error where others read it: its code or its name, never its text, which may quote data. */
export function codeOf(error: unknown): string {
  const { code, name } = (error ?? {}) as { code?: unknown; name?: unknown }
  return typeof code === 'string' ? code : typeof name === 'string' ? name : 'unknownError'
}
