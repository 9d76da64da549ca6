import { DatabaseProblem } from '../db/databaseProblem.ts'
import { CannotStart } from '../embedded/cannotStart.ts'
import { createStopping, type Stopping, stopRequested } from './stopping.ts'

/**
 * Runs a program until it is told to stop, then stops in reverse order whatever had been started. `program` starts
 * everything, and resolves, if ever, with why it cannot go on.
 */
export async function run(program: (stopping: Stopping) => Promise<string>): Promise<void> {
  const stopping = createStopping((name, error) => complain(`${name} did not stop in order: ${sentenceOf(error)}`))
  const asked = stopRequested(() => process.exit(130))
  const running = program(stopping)
  let code = 0
  try {
    const why = await Promise.race([asked, running])
    if (why.startsWith('SIG')) console.log('\nStopping: what is under way is finished first')
    else {
      complain(why)
      code = 1
    }
  } catch (error) {
    complain(sentenceOf(error))
    code = 1
  }
  await stopping.stopAll()
  if (code === 0) console.log('Stopped')
  process.exit(code)
}

/** Runs a program that ends by itself, and closes what it had opened. */
export function runOnce(program: (stopping: Stopping) => Promise<void>): Promise<void> {
  return run(async (stopping) => {
    await program(stopping)
    await stopping.stopAll()
    process.exit(0)
  })
}

function complain(sentence: string): void {
  console.error(`\n${sentence}`)
}

// What is expected to go wrong has its sentence; anything else is a defect and shows where it came from.
function sentenceOf(error: unknown): string {
  if (error instanceof CannotStart || error instanceof DatabaseProblem) return error.message
  return error instanceof Error ? (error.stack ?? error.message) : String(error)
}
