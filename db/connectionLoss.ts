/**
 * Gives the driver's own words for a lost or unanswered connection the code that the network would: callers tell the
 * database's absence (everybody waits) from a statement's failure (this row waits) by code.
 */
export function withCode(error: unknown): unknown {
  if (typeof error !== 'object' || error === null || 'code' in error || !('message' in error)) return error
  const message = String(error.message)
  const code = /timeout exceeded/i.test(message)
    ? 'ETIMEDOUT'
    : /connection (terminated|ended)|not queryable/i.test(message)
      ? 'ECONNRESET'
      : null
  return code === null ? error : Object.assign(error, { code })
}
