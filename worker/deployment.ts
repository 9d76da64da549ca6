import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import type { Client } from '@temporalio/client'
import type { WorkerDeploymentOptions } from '@temporalio/worker'
import { deploymentName } from '../workflows/names.ts'

const workflowsFolder = new URL('../workflows/', import.meta.url)

/** Changes when the workflows' own code changes: what a history can be replayed with, and nothing else. */
export function workflowsBuildId(): string {
  const hash = createHash('sha256')
  for (const file of readdirSync(workflowsFolder).sort())
    hash.update(file).update(readFileSync(new URL(file, workflowsFolder)))
  return hash.digest('hex').slice(0, 12)
}

/** Sleepers move on to the newest version when they wake: pinned ones would keep old workers alive for months. */
export function deploymentOptions(buildId: string, name = deploymentName): WorkerDeploymentOptions {
  return {
    useWorkerVersioning: true,
    version: { deploymentName: name, buildId },
    defaultVersioningBehavior: 'AUTO_UPGRADE',
  }
}

/**
 * Makes this build the current one, once the server has seen its pollers. Without a current version a versioned worker
 * gets no tasks. Tries for `limitMs`, then fails with the server's last word.
 */
export async function makeCurrent(
  client: Client,
  buildId: string,
  limitMs = 60_000,
  name = deploymentName,
): Promise<void> {
  const { namespace } = client.options
  const deadline = Date.now() + limitMs
  for (;;) {
    try {
      await client.workflowService.setWorkerDeploymentCurrentVersion({
        namespace,
        deploymentName: name,
        buildId,
        identity: 'custom-actions deploy',
        ignoreMissingTaskQueues: true,
      })
      return
    } catch (error) {
      if (Date.now() >= deadline) throw error
      await new Promise((resolve) => setTimeout(resolve, 100))
    }
  }
}
