import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import { hourMs, minuteMs } from '../../domain/instant.ts'
import { type Engine, startEngine } from '../support/engine.ts'
import { testServers } from '../support/environment.ts'
import { everyRule, type Practice, startPractice } from '../support/practice.ts'
import { settled } from '../support/settled.ts'
import { startTcpProxy } from '../support/tcpProxy.ts'

describe('a database that goes away', () => {
  let engine: Engine
  let practice: Practice
  let proxy: Awaited<ReturnType<typeof startTcpProxy>>
  beforeEach(async () => {
    const { hostname, port } = new URL(testServers().postgresUrl)
    proxy = await startTcpProxy({ host: hostname, port: Number(port) })
    engine = await startEngine({
      databaseVia: (url) => {
        const through = new URL(url)
        through.port = String(proxy.port)
        return through.href
      },
    })
    practice = await startPractice(engine)
  })
  afterEach(async () => {
    await engine.stop()
    await proxy.stop()
  })

  it('delays what was due meanwhile, and nothing else: no workflow fails, none is stuck after it', async () => {
    await practice.action({ skippedRules: [...everyRule] })
    const due = engine.now() + 2 * minuteMs
    const during = await practice.book('during', due + hourMs)
    const after = await practice.book('after', due + 2 * hourMs)
    engine.hold(after)
    engine.hold(during)
    await engine.relay()
    await settled(async () => (await asleep()) === 2)
    proxy.cut()
    const advancing = engine.advance(during, 5 * 60)
    await settled(async () => failures() >= 3)
    expect(await practice.phone()).toEqual([])
    proxy.mend()
    await advancing
    await engine.workflow(during).result()
    await engine.advance(after, 90 * 60)
    await engine.workflow(after).result()
    expect((await practice.ledger()).map(({ status }) => status)).toEqual(['delivered', 'delivered'])
    expect(await practice.phone()).toHaveLength(2)
  })

  const failures = () => engine.events.filter(({ event }) => event === 'activityFailed').length
  const asleep = async () =>
    (
      await engine.database.inOrganization(engine.organizationId, (tx) =>
        tx.query('select 1 from care_event where wake_at is not null'),
      )
    ).length
})
