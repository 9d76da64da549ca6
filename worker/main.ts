import { openAlone } from '../start/alone.ts'
import { run } from '../start/run.ts'
import { runWorker } from '../start/worker.ts'

// The worker alone, over servers that run elsewhere; as many of these as are needed.
await run(async (stopping) => {
  const { log, foundation } = await openAlone(process.env, stopping)
  const worker = await runWorker(foundation)
  stopping.add('worker', () => worker.stop())
  log.info({}, 'worker ready')
  return worker.finished.then(
    () => 'The worker ended by itself',
    () => 'The worker ended by itself: see the lines above',
  )
})
