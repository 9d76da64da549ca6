import { existsSync } from 'node:fs'
import { rename, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { bundleWorkflowCode, DefaultLogger } from '@temporalio/worker'
import { workflowsPath } from '../../worker/start.ts'
import { asAdmin } from './database.ts'
import { testServers } from './environment.ts'
import { quiet } from './quiet.ts'

/** The workflows' code as workers load it: put together once a run, by the test file that first wants it. */
export async function workflowBundle(): Promise<{ codePath: string }> {
  quiet()
  const { folder, postgresUrl } = testServers()
  const codePath = join(folder, 'workflows.js')
  if (existsSync(codePath)) return { codePath }
  return asAdmin(postgresUrl, async (client) => {
    await client.query('select pg_advisory_lock(3)')
    if (existsSync(codePath)) return { codePath }
    const { code } = await bundleWorkflowCode({ workflowsPath, logger: new DefaultLogger('ERROR') })
    await writeFile(`${codePath}.part`, code)
    await rename(`${codePath}.part`, codePath)
    return { codePath }
  })
}
