import { describe, expect, it } from '@jest/globals'
import { Connection } from '@temporalio/client'
import pg from 'pg'
import { testServers } from '../support/environment.ts'

describe('the servers of the test run', () => {
  it('are a Postgres 18 in UTC', async () => {
    const client = new pg.Client(testServers().postgresUrl)
    await client.connect()
    const { rows } = await client.query(
      `select current_setting('server_version') as version, current_setting('timezone') as zone`,
    )
    await client.end()
    expect(rows[0]).toEqual({ version: expect.stringMatching(/^18\./), zone: 'UTC' })
  })

  it('are a Temporal server that knows the organization and can skip time', async () => {
    const { temporalAddress: address, temporalNamespace: namespace } = testServers()
    const connection = await Connection.connect({ address })
    const { customAttributes } = await connection.operatorService.listSearchAttributes({ namespace })
    const { capabilities } = await connection.workflowService.getSystemInfo({})
    await connection.close()
    expect(customAttributes).toHaveProperty('OrganizationId')
    expect(capabilities).toBeDefined()
  })
})
