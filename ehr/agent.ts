import type { LookupFunction } from 'node:net'
import { Agent } from 'undici'
import { addressesOf, type EhrNetwork, mayAsk, notAllowed } from './network.ts'

const agents = new WeakMap<EhrNetwork, Agent>()

/**
 * What connects to hosts by an installation's rules. They judge the very addresses that are connected to, so that a name
 * which led elsewhere when it was asked about gets nothing.
 */
export function agentOf(network: EhrNetwork): Agent {
  const agent = agents.get(network) ?? new Agent({ connect: { lookup: judged(network) } })
  agents.set(network, agent)
  return agent
}

function judged(network: EhrNetwork): LookupFunction {
  return (host, options, done) => {
    const found = addressesOf(network, host).then((all) => {
      const [first] = all
      const addresses = all.map(({ address }) => address)
      if (first === undefined || !mayAsk(network, host, addresses)) throw notAllowed(host)
      return { all, first }
    })
    found.then(
      ({ all, first }) => (options.all ? done(null, all) : done(null, first.address, first.family)),
      (error: unknown) => done(error as NodeJS.ErrnoException, ''),
    )
  }
}
