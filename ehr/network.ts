import type { LookupAddress } from 'node:dns'
import { lookup } from 'node:dns/promises'
import { BlockList, isIP } from 'node:net'
import { PullFailed } from '../domain/inbound/pull/failed.ts'

/** To which hosts this installation connects in order to fetch; the operators' word, not the practices'. */
export interface EhrNetwork {
  /** Names (`ehr.example.org`, `*.example.org`), addresses and ranges (`10.1.0.0/16`); null: any that is not refused below. */
  hosts: readonly string[] | null
  /** Whether, without such a list, machines of one's own network may be asked. */
  isOwnNetworkOpen: boolean
  /** Where a host is; left out: as this machine finds out. Throws where there is none. */
  resolve?: (host: string) => Promise<LookupAddress[]>
}

/** Where clouds answer their machines' questions about themselves, and what is no address of a server. */
const nobodys = ['169.254.0.0/16', 'fe80::/10', '0.0.0.0/8', '::/128', '224.0.0.0/4', 'ff00::/8']
const ownNetwork = [
  '127.0.0.0/8',
  '::1/128',
  '10.0.0.0/8',
  '172.16.0.0/12',
  '192.168.0.0/16',
  '100.64.0.0/10',
  'fc00::/7',
]

const rangePattern = /^([0-9a-f:.]+)\/(\d{1,3})$/i
const namePattern = /^(\*\.)?([a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)(\.[a-z0-9_]([a-z0-9_-]*[a-z0-9_])?)*$/i

/** Whether an entry of the list is a name, an address or a range. */
export function isHostEntry(entry: string): boolean {
  const [, base = entry, bits] = rangePattern.exec(entry) ?? []
  const family = isIP(base)
  if (family === 0) return bits === undefined && namePattern.test(entry)
  return bits === undefined || Number(bits) <= (family === 4 ? 32 : 128)
}

function rangesOf(entries: readonly string[]): BlockList {
  const list = new BlockList()
  for (const entry of entries) {
    const [, base = entry, bits] = rangePattern.exec(entry) ?? []
    const family = isIP(base)
    if (family === 0) continue
    list.addSubnet(base, Number(bits ?? (family === 4 ? 32 : 128)), family === 4 ? 'ipv4' : 'ipv6')
  }
  return list
}
const nobodysRanges = rangesOf(nobodys)
const ownRanges = rangesOf(ownNetwork)

function isNamed(host: string, entries: readonly string[]): boolean {
  const name = host.toLowerCase().replace(/\.$/, '')
  return entries.some((entry) => {
    const known = entry.toLowerCase()
    return known.startsWith('*.') ? name.endsWith(known.slice(1)) : name === known
  })
}

/** Whether a host that has these addresses may be asked: every one of them has to be fit, since any may be used. */
export function mayAsk({ hosts, isOwnNetworkOpen }: EhrNetwork, host: string, addresses: readonly string[]): boolean {
  const listed = hosts === null ? null : rangesOf(hosts)
  return addresses.every((address) => {
    const within = (ranges: BlockList) => ranges.check(address, isIP(address) === 6 ? 'ipv6' : 'ipv4')
    if (listed !== null && hosts !== null) return within(listed) || (isNamed(host, hosts) && !within(nobodysRanges))
    return !within(nobodysRanges) && (isOwnNetworkOpen || !within(ownRanges))
  })
}

export async function addressesOf({ resolve }: EhrNetwork, host: string): Promise<LookupAddress[]> {
  return resolve ? resolve(host) : lookup(host, { all: true })
}

/**
 * Finds out where a host is, before anything is sent to it. A name that leads elsewhere a moment later gets nothing: the
 * connection is to the address returned, or to one that was judged in the same way (`agentOf`). Null: there is no such
 * host, which the connection tells best. Throws `PullFailed` when it may not be asked.
 */
export async function addressOf(network: EhrNetwork, host: string): Promise<string | null> {
  const bare = host.replace(/^\[(.*)\]$/, '$1')
  const found = await addressesOf(network, bare).catch(() => [])
  const addresses = found.map(({ address }) => address)
  const isMeant = network.hosts === null || isNamed(bare, network.hosts) || addresses.length > 0
  if (isMeant && mayAsk(network, bare, addresses)) return addresses[0] ?? null
  throw notAllowed(bare)
}

export function notAllowed(host: string): PullFailed {
  return new PullFailed(
    'notAllowed',
    `${host} is none of the hosts that this installation connects to: have its operators add it to PULL_ALLOWED_HOSTS, or correct the address.`,
  )
}
