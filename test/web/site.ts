import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import sparticuz from '@sparticuz/chromium'
import pino from 'pino'
import { type Browser, type BrowserContextOptions, chromium, type Page } from 'playwright-core'
import { createApp } from '../../api/app.ts'
import type { ApiDeps } from '../../api/deps.ts'
import { pageSessions } from '../../api/pageSessions.ts'
import { createEncryption, generateEncryptionKey } from '../../db/encryption.ts'
import type { Database } from '../../db/orm.ts'
import { createConfigurationCache } from '../../db/queries/facts.ts'
import type { Instant } from '../../domain/instant.ts'
import { createWeb } from '../../web/routes.ts'
import { asAdmin, freshDatabase } from '../support/database.ts'
import { testServers } from '../support/environment.ts'
import { morning, type Practice, seedPractice } from './practice.ts'
import { password } from './rows.ts'

export interface Site {
  url: string
  database: Database
  encryption: ApiDeps['encryption']
  practice: Practice
  /** Moves the site's clock on. */
  pass: (milliseconds: number) => void
  now: () => Instant
  /** A new browser window, signed in as somebody of the practice unless said otherwise. What goes wrong in it is in `faults`. */
  open: (path: string, options?: WindowOptions) => Promise<Page>
  /** Errors that scripts threw, what the browser refused for the page's policy, and what the server failed at. */
  faults: string[]
  close: () => Promise<void>
}

export interface WindowOptions extends BrowserContextOptions {
  as?: keyof Practice['users'] | null
}

/** The whole application over a seeded database, and a browser to use it with. Its clock stands still at `morning`. */
export async function startSite(): Promise<Site> {
  let now = morning
  const clock = () => now
  const fresh = await freshDatabase({ clock })
  const { database } = fresh
  const encryption = createEncryption(generateEncryptionKey('test'))
  const practice = await seedPractice(database, encryption)
  const faults: string[] = []
  const server = createServer()
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const deps = {
    database,
    clock,
    encryption,
    configuration: createConfigurationCache(),
    log: pino({ enabled: false }),
    publicUrl: url,
    readiness: async () => ({ database: true, temporal: true, worker: true }),
    simulator: true,
  }
  const report = (error: unknown) => void faults.push(`server: ${error instanceof Error ? error.stack : String(error)}`)
  const web = createWeb({
    ...deps,
    sessions: pageSessions(deps),
    temporalUi: 'http://127.0.0.1:8233/namespaces/clinics',
    mllp: { port: 2575, tls: true },
    report,
  })
  server.on('request', createApp({ ...deps, web } as ApiDeps))
  const browser = await launch()
  const sessions = new Map<string, string>()
  const sessionOf = async (as: keyof Practice['users']): Promise<string> => {
    const token = sessions.get(as) ?? (await signIn(url, practice.users[as].email))
    sessions.set(as, token)
    return token
  }

  return {
    url,
    database,
    encryption,
    practice,
    faults,
    now: clock,
    pass: (milliseconds) => {
      now += milliseconds
      sessions.clear()
    },
    async open(path, { as = 'admin', ...options } = {}) {
      const context = await browser.newContext({ viewport: { width: 1280, height: 900 }, baseURL: url, ...options })
      const page = await context.newPage()
      page.on('pageerror', (error) => faults.push(`script: ${error.message}`))
      page.on('console', (message) => {
        if (/Content Security Policy|htmx:(oobErrorNoTarget|targetError|swapError)/.test(message.text()))
          faults.push(message.text())
      })
      if (as !== null) await context.addCookies([{ name: 'session', value: await sessionOf(as), url }])
      await page.goto(path)
      return page
    },
    async close() {
      await browser.close()
      server.closeAllConnections()
      server.close()
      await fresh.drop()
    },
  }
}

/** Without the form, which has tests of its own: the session's token. */
async function signIn(url: string, email: string): Promise<string> {
  const answer = await fetch(`${url}/api/session`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ email, password }),
  })
  const token = /session=([^;]+)/.exec(answer.headers.get('set-cookie') ?? '')?.[1]
  if (token === undefined) throw new Error(`nobody was signed in: ${answer.status}`)
  return token
}

/** Several files may want the browser at once, and it is unpacked by whoever comes first: one after the other. */
function launch(): Promise<Browser> {
  return asAdmin(testServers().postgresUrl, async (client) => {
    await client.query('select pg_advisory_lock(2)')
    return chromium.launch({ executablePath: await sparticuz.executablePath(), args: ['--no-sandbox'], headless: true })
  })
}
