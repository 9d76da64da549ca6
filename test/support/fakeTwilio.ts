import { once } from 'node:events'
import type { Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import express, { type Request, type Response } from 'express'
import twilio from 'twilio'
import { type FakeMessage, fakeMessage, isListed, wireForm } from './fakeTwilioMessage.ts'

/**
 * What the fake does to a request instead of answering it well. `Before` and `after` say whether the message was
 * taken; a hang holds the connection until the fake is closed, so the SDK's own time limit ends it.
 */
export type Fault =
  | { kind: 'hang'; accepted: boolean }
  | { kind: 'reset'; accepted: boolean }
  | { kind: 'status'; status: number; accepted?: boolean; code?: number; retryAfter?: number; body?: string }

export type RecordedRequest = {
  method: string
  path: string
  query: Record<string, unknown>
  form: Record<string, string>
}

export type FakeTwilioOptions = {
  accountSid?: string
  authToken?: string
  /** When messages are created. */
  now?: () => number
}

/** A stateful fake of Twilio's HTTP API: it takes, lists and reports messages; faults are injected one by one. */
export async function startFakeTwilio(options: FakeTwilioOptions = {}) {
  const { accountSid = `AC${'0'.repeat(32)}`, authToken = 'fake-auth-token', now = Date.now } = options
  const messages: FakeMessage[] = []
  const requests: RecordedRequest[] = []
  const faults: Fault[] = []
  /** Numbers that refuse with a code at once (21610, 21211, …), or fail later. */
  const refusals = new Map<string, number>()
  const state: { outage: Fault | undefined } = { outage: undefined }

  const app = express()
  app.use(express.urlencoded({ extended: false }))
  app.use((request, response, next) => {
    requests.push({
      method: request.method,
      path: request.path,
      query: { ...request.query },
      form: { ...request.body },
    })
    const expected = `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString('base64')}`
    if (request.headers.authorization === expected) return next()
    refuse(response, 401, 20003)
  })

  const path = `/2010-04-01/Accounts/${accountSid}/Messages.json`
  app.post(path, (request, response) => {
    const fault = faults.shift() ?? state.outage
    const form: Record<string, string> = request.body
    if (fault) return misbehave(fault, response, () => take(form))
    const problem = problemOf(form)
    if (problem) return refuse(response, 400, problem)
    response.status(201).json(wireForm(take(form), accountSid))
  })
  app.get(path, (request, response) => {
    const fault = faults.shift() ?? state.outage
    if (fault) return misbehave(fault, response, () => undefined)
    list(request, response)
  })

  function problemOf(form: Record<string, string>): number | undefined {
    if (!form['To']) return 21604
    if (!form['From'] && !form['MessagingServiceSid']) return 21603
    if (!form['Body']) return 21602
    if (form['Body'].length > 1600) return 21617
    return refusals.get(form['To'])
  }

  function take(form: Record<string, string>): FakeMessage {
    const message = fakeMessage(form, now(), messages.length + 1)
    messages.push(message)
    return message
  }

  function list(request: Request, response: Response) {
    const size = Number(request.query['PageSize'] ?? 50)
    const page = Number(request.query['Page'] ?? 0)
    const found = messages.filter((message) => isListed(message, request.query)).reverse()
    const shown = found.slice(page * size, (page + 1) * size)
    const next = new URLSearchParams()
    for (const [name, value] of Object.entries(request.query)) next.set(name, String(value))
    next.set('Page', String(page + 1))
    const more = found.length > (page + 1) * size
    response.json({
      messages: shown.map((message) => wireForm(message, accountSid)),
      page,
      page_size: size,
      next_page_uri: more ? `${path}?${next}` : null,
    })
  }

  const server: Server = app.listen(0, '127.0.0.1')
  await once(server, 'listening')
  const { port } = server.address() as AddressInfo

  /** A form as Twilio posts it, signed over the public address. */
  async function post(url: string, form: Record<string, string>, calledAs = url): Promise<number> {
    const signature = twilio.getExpectedTwilioSignature(authToken, calledAs, form)
    const headers = { 'x-twilio-signature': signature, 'content-type': 'application/x-www-form-urlencoded' }
    return (await fetch(url, { method: 'POST', headers, body: new URLSearchParams(form) })).status
  }

  return {
    url: `http://127.0.0.1:${port}`,
    accountSid,
    authToken,
    messages,
    requests,
    refusals,
    /** The next requests misbehave so, in order. */
    failNext: (...next: Fault[]) => void faults.push(...next),
    /** Every request misbehaves so, until it is called with undefined. */
    outage(fault: Fault | undefined) {
      state.outage = fault
    },
    find: (to: string) => messages.filter((message) => message.to === to),

    /**
     * Reports a status as Twilio does, at the message's own callback address or, behind a proxy, at `reachableAt`.
     * Call it late, twice or in any order. Returns the receiver's HTTP status; undefined when the message has none.
     */
    async callback(message: FakeMessage, status: string, more: { errorCode?: number; reachableAt?: string } = {}) {
      message.status = status
      message.errorCode = more.errorCode ?? null
      if (!message.statusCallback) return undefined
      const form = {
        AccountSid: accountSid,
        ApiVersion: '2010-04-01',
        From: message.from ?? '',
        To: message.to,
        MessageSid: message.sid,
        SmsSid: message.sid,
        MessageStatus: status,
        SmsStatus: status,
        ...(more.errorCode !== undefined && { ErrorCode: String(more.errorCode) }),
      }
      const called = new URL(message.statusCallback)
      const url = more.reachableAt ? new URL(called.pathname + called.search, more.reachableAt).href : called.href
      return post(url, form, called.href)
    },

    /** A text from a phone, as Twilio hands it on to a number's webhook. */
    inbound(url: string, text: { from: string; to: string; body: string; calledAs?: string }) {
      const sid = `SM${String(requests.length + messages.length).padStart(32, 'f')}`
      const form = {
        AccountSid: accountSid,
        ApiVersion: '2010-04-01',
        From: text.from,
        To: text.to,
        Body: text.body,
        MessageSid: sid,
        SmsSid: sid,
        SmsMessageSid: sid,
        NumMedia: '0',
        NumSegments: '1',
      }
      return post(url, form, text.calledAs)
    },

    async close() {
      server.closeAllConnections()
      server.close()
      await once(server, 'close')
    },
  }
}

export type FakeTwilio = Awaited<ReturnType<typeof startFakeTwilio>>

function refuse(response: Response, status: number, code: number): void {
  const message = `refused by the fake with ${code}`
  response.status(status).json({ code, message, more_info: `https://www.twilio.com/docs/errors/${code}`, status })
}

function misbehave(fault: Fault, response: Response, take: () => unknown): void {
  if (fault.accepted) take()
  if (fault.kind === 'hang') return
  if (fault.kind === 'reset') {
    response.socket?.resetAndDestroy()
    return
  }
  if (fault.retryAfter !== undefined) response.setHeader('retry-after', fault.retryAfter)
  if (fault.body !== undefined) response.status(fault.status).send(fault.body)
  else if (fault.code !== undefined) refuse(response, fault.status, fault.code)
  else response.status(fault.status).send('')
}
