import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const oldest = 24

/** The Node that package-lock.json pins for this platform, else the machine's own if it is new enough. */
export function pinnedNode() {
  const platform = `${process.platform}-${process.arch}`
  const pinned = fileURLToPath(new URL(`../node_modules/node-${platform}/bin/node`, import.meta.url))
  if (existsSync(pinned)) return pinned
  if (Number.parseInt(process.versions.node, 10) >= oldest) return process.execPath
  console.error(
    `Node ${oldest} or newer is needed, and npm has no pinned one for ${platform} (this is ${process.version}): ` +
      'install it from https://nodejs.org, then run this again.',
  )
  process.exit(1)
}
