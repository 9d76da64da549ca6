import { createStopping, type Stopping, stopRequested } from '../start/stopping.ts'
import { bundle } from './bundle.ts'
import { burst } from './burst.ts'
import { csv } from './csv.ts'
import { edit } from './edit.ts'
import type { Figure } from './figure.ts'
import { history } from './history.ts'
import { ingest } from './ingest.ts'
import { messages } from './messages.ts'
import { planFigure } from './plan.ts'
import { type Product, startProduct } from './product.ts'
import { reach } from './reach.ts'
import { type BenchServers, startServers } from './servers.ts'

// `npm run bench`, or `npm run bench history plan` for some of the figures. One JSON line each. `--in-memory` has the
// embedded servers keep nothing on disk.

const figures: Record<string, ((product: Product) => Promise<Figure>) | (() => Figure)> = {
  plan: planFigure,
  history,
  ingest,
  messages,
  bundle,
  reach,
  edit,
  csv,
  burst,
}

/** Figures of the API process alone. */
const withoutWorker: ReadonlySet<string> = new Set(['messages', 'bundle'])

const complain = (name: string, error: unknown) => console.error(`${name} did not stop in order:`, error)
const everything = createStopping(complain)
let current = createStopping(complain)
let servers: BenchServers | undefined
const inMemory = process.argv.includes('--in-memory')

async function measure(name: string): Promise<Figure> {
  const figure = figures[name]
  if (!figure) throw new Error(`no figure "${name}": there are ${Object.keys(figures).join(', ')}`)
  if (figure.length === 0) return (figure as () => Figure)()
  servers ??= await startServers(everything, process.env, { inMemory })
  // Each in a product of its own: what one leaves behind does not weigh on the next.
  current = createStopping(complain)
  const product = await startProduct(current, servers, { withWorker: !withoutWorker.has(name) })
  const measured = await figure(product)
  await current.stopAll()
  if (product.said.failures.length > 0)
    console.error(`${name}: the worker reported ${[...new Set(product.said.failures)].join(', ')}`)
  return measured
}

async function stopAll(): Promise<void> {
  for (const stopping of [current, everything] satisfies Stopping[]) await stopping.stopAll()
}

const asked = stopRequested(() => process.exit(130)).then((signal) => Promise.reject(new Error(`stopped by ${signal}`)))
let code = 0
try {
  const names = process.argv.slice(2).filter((name) => name !== '--in-memory')
  for (const name of names.length > 0 ? names : Object.keys(figures))
    console.log(JSON.stringify(await Promise.race([measure(name), asked])))
} catch (error) {
  console.error(error)
  code = 1
}
await stopAll()
process.exit(code)
