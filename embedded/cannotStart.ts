/**
 * What keeps the product from starting, said in one sentence that names the way out.
 * The entry point prints the message alone; any other error is a defect and keeps its stack.
 */
export class CannotStart extends Error {
  override name = 'CannotStart'
}
