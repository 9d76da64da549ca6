import type { Tx } from '../../db/orm.ts'

/** What a piece of work in a transaction answers; all that it wrote is undone. */
export async function tried<T>(
  inOrganization: (work: (tx: Tx) => Promise<void>) => Promise<void>,
  work: (tx: Tx) => Promise<T>,
): Promise<T> {
  let result: { value: T } | undefined
  const undo = new Error('undo')
  await inOrganization(async (tx) => {
    result = { value: await work(tx) }
    throw undo
  }).catch((error: unknown) => {
    if (error !== undo) throw error
  })
  if (result === undefined) throw undo
  return result.value
}
