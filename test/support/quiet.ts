import { DefaultLogger, Runtime } from '@temporalio/worker'

let installed = false
/** The SDK's own start-up lines say nothing about what is tested: only its errors are printed. */
export function quiet(): void {
  if (installed) return
  installed = true
  Runtime.install({ logger: new DefaultLogger('ERROR'), telemetryOptions: { logging: { filter: 'ERROR' } } })
}
