import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { addressOf, type EhrNetwork, isHostEntry, mayAsk } from '../../ehr/network.ts'
import { askEhr } from '../../ehr/request.ts'

const inProduction = { hosts: null, isOwnNetworkOpen: false }
const onTrial = { hosts: null, isOwnNetworkOpen: true }

describe('without a list of hosts', () => {
  it.each([
    ['of the public internet', '203.0.113.7', true, true],
    ['of the public internet, v6', '2001:db8::7', true, true],
    ['this machine', '127.0.0.1', false, true],
    ['this machine, v6', '::1', false, true],
    ['this machine, v4 written as v6', '::ffff:127.0.0.1', false, true],
    ['our network', '10.1.2.3', false, true],
    ['our network', '172.31.0.1', false, true],
    ['our network', '192.168.1.1', false, true],
    ['our network, v6', 'fd00::1', false, true],
    ['the provider’s network', '100.64.0.1', false, true],
    ['the cloud’s word about this machine', '169.254.169.254', false, false],
    ['the same, v4 written as v6', '::ffff:169.254.169.254', false, false],
    ['link-local, v6', 'fe80::1', false, false],
    ['any address of this machine', '0.0.0.0', false, false],
  ])('%s: %s', (_what, address, production, trial) => {
    expect([inProduction, onTrial].map((network) => mayAsk(network, 'ehr.example.org', [address]))).toEqual([
      production,
      trial,
    ])
  })

  it('a host is as good as the worst of its addresses', () => {
    expect(mayAsk(inProduction, 'ehr.example.org', ['203.0.113.7', '10.0.0.1'])).toBe(false)
  })
})

describe('with a list of hosts', () => {
  it.each<[string, string, string, boolean]>([
    ['ehr.example.org', 'ehr.example.org', '203.0.113.7', true],
    ['ehr.example.org', 'EHR.example.org.', '10.1.2.3', true],
    ['ehr.example.org', 'other.example.org', '203.0.113.7', false],
    ['ehr.example.org', 'ehr.example.org.evil.example', '203.0.113.7', false],
    ['*.example.org', 'fhir.example.org', '203.0.113.7', true],
    ['*.example.org', 'example.org', '203.0.113.7', false],
    ['*.example.org', 'evilexample.org', '203.0.113.7', false],
    ['10.1.0.0/16', 'anything.example', '10.1.2.3', true],
    ['10.1.0.0/16', 'anything.example', '10.2.2.3', false],
    ['10.1.2.3', '10.1.2.3', '10.1.2.3', true],
    ['fd00::/8', 'anything.example', 'fd00::1', true],
    ['ehr.example.org', 'ehr.example.org', '169.254.169.254', false],
  ])('%s: %s at %s', (entry, host, address, expected) => {
    expect(mayAsk({ hosts: [entry], isOwnNetworkOpen: true }, host, [address])).toBe(expected)
  })

  it.each([
    ['ehr.example.org', true],
    ['*.example.org', true],
    ['10.0.0.0/8', true],
    ['fd00::/8', true],
    ['::1', true],
    ['https://ehr.example.org', false],
    ['ehr.example.org:443', false],
    ['ehr.*.org', false],
    ['10.0.0.0/33', false],
    ['example.org/8', false],
  ])('an entry may be %s: %s', (entry, expected) => {
    expect(isHostEntry(entry)).toBe(expected)
  })
})

describe('where a host is', () => {
  it('is found out before it is asked', async () => {
    expect(await addressOf(onTrial, '127.0.0.1')).toBe('127.0.0.1')
    expect(await addressOf(onTrial, '[::1]')).toBe('::1')
    await expect(addressOf(inProduction, 'localhost')).rejects.toMatchObject({
      code: 'notAllowed',
      message: expect.stringMatching(/^localhost is none of the hosts .* PULL_ALLOWED_HOSTS/),
    })
  })

  it('is nobody’s to know where there is none, unless there is a list that names it not', async () => {
    const resolve = () => Promise.reject(new Error('ENOTFOUND'))
    expect(await addressOf({ ...inProduction, resolve }, 'nowhere.invalid')).toBeNull()
    const listed = { hosts: ['ehr.example.org'], isOwnNetworkOpen: false, resolve }
    await expect(addressOf(listed, 'nowhere.invalid')).rejects.toMatchObject({ code: 'notAllowed' })
  })
})

describe('a request', () => {
  let server: Server
  let connections = 0
  beforeAll(async () => {
    server = createServer((_req, res) => res.end('hello')).on('connection', () => {
      connections += 1
    })
    server.listen(0, '127.0.0.1')
    await once(server, 'listening')
  })
  afterAll(async () => {
    server.closeAllConnections()
    server.close()
    await once(server, 'close')
  })
  /** A name that leads to these addresses, one after the other. */
  const ask = (network: EhrNetwork, ...addresses: string[]) => {
    const resolve = async () => [{ address: addresses.shift() ?? '', family: 4 }]
    const url = `http://ehr.example.org:${(server.address() as AddressInfo).port}/fhir`
    return askEhr({ url, headers: {}, signal: AbortSignal.timeout(10_000), network: { ...network, resolve } })
  }

  it('goes to the host where its name leads', async () => {
    const { status, body } = await ask(onTrial, '127.0.0.1', '127.0.0.1')
    expect([status, String(body), connections]).toEqual([200, 'hello', 1])
  })

  it('goes nowhere by a name that leads into our network a moment later', async () => {
    await expect(ask(inProduction, '203.0.113.7', '127.0.0.1')).rejects.toMatchObject({ code: 'notAllowed' })
    expect(connections).toBe(1)
  })
})
