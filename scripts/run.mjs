// Runs one of our programs from a fresh checkout: `node scripts/run.mjs [node options] file [arguments]`.
// Plain JavaScript for Node 20: at this point neither the dependencies nor the pinned Node need be there.
import { spawn } from 'node:child_process'
import { constants } from 'node:os'
import { installWhatIsMissing } from './install.mjs'
import { pinnedNode } from './pinnedNode.mjs'

await installWhatIsMissing()
const node = pinnedNode()
const child = spawn(node, process.argv.slice(2), { stdio: 'inherit' })

// Ctrl-C reaches the child by itself, a signal sent to us alone does not. The child takes both for one.
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
child.on('exit', (code, signal) => process.exit(code ?? 128 + constants.signals[signal]))
