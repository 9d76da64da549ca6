import { afterEach, beforeEach, describe, expect, it } from '@jest/globals'
import express from 'express'
import { pino } from 'pino'
import request from 'supertest'
import { createEhrRouter } from '../../api/ehr/router.ts'
import { appointment, patient } from '../api/ehr/postedEhr.ts'
import { notificationOf } from '../support/notification.ts'
import { openPulledEhr, type PulledEhr } from './pulledEhr.ts'

let ehr: PulledEhr
/** Posts as the source; undefined: without a body. */
let hook: (body: unknown) => request.Test
beforeEach(async () => {
  ehr = await openPulledEhr({ types: ['Appointment'] })
  const { database, encryption, clock } = ehr
  const app = express().use('/ehr', createEhrRouter({ database, encryption, clock, log: pino({ level: 'silent' }) }))
  const { id, secret } = ehr.source
  hook = (body) => {
    const post = request(app)
      .post('/ehr/fhir')
      .set({ 'x-source-id': id, authorization: `Bearer ${secret}` })
    if (body === undefined) return post
    return post
      .set('content-type', 'application/fhir+json')
      .serialize((sent) => sent)
      .send(JSON.stringify(body))
  }
  // What there is at first is pulled, so that the next round is a quarter of an hour away.
  expect(await ehr.turn()).toBe('pulled')
  ehr.later(1)
})
afterEach(() => ehr.stop())

/** A notification of the backport: `focus` is named, and not included. */
const notification = (numbers: number[], ...focus: string[]) =>
  notificationOf({
    events: numbers.map((number, index) => ({ number, focus: focus[index] })),
    soFar: Math.max(...numbers),
  })
const events = () => ehr.rows('select external_id as id, status, deleted from care_event order by 1')
const wanted = () => ehr.rows('select reference, attempts from ehr_wanted order by 1')
const nextAt = async () => Date.parse((await ehr.view()).pull?.nextAt ?? '')

describe('a notification', () => {
  it('that names what it does not include has it fetched', async () => {
    await ehr.server.put(patient())
    await ehr.server.put(appointment())
    const { body } = await hook(notification([1, 2], 'Appointment/a-1', 'Patient/p-1')).expect(200)
    expect(JSON.stringify(body)).toContain('they are fetched')
    expect(await nextAt()).toBeLessThanOrEqual(ehr.clock())
    ehr.server.requests.length = 0
    expect(await ehr.turn()).toBe('pulled')
    expect(ehr.server.requests.slice(0, 2)).toEqual(['GET /fhir/Appointment/a-1', 'GET /fhir/Patient/p-1'])
    expect(await events()).toEqual([{ id: 'a-1', status: 'booked', deleted: false }])
    expect(await wanted()).toEqual([])
  })

  it('of what the server no longer has tells of a deletion', async () => {
    await hook(appointment({ meta: { lastUpdated: new Date(ehr.clock()).toISOString() } })).expect(201)
    ehr.later(1)
    await hook(notification([1], 'Appointment/a-1')).expect(200)
    expect(await ehr.turn()).toBe('pulled')
    expect(await events()).toEqual([{ id: 'a-1', status: 'booked', deleted: false }])
    ehr.later(1)
    expect(await ehr.turn()).toBe('pulled')
    expect(await events()).toEqual([{ id: 'a-1', status: 'booked', deleted: true }])
    expect(await wanted()).toEqual([])
  })

  it('of what the server has not yet, because it is told of sooner than stored, tells of no deletion', async () => {
    await hook(notification([1], 'Appointment/a-1')).expect(200)
    expect(await ehr.turn()).toBe('pulled')
    await ehr.server.put(appointment())
    ehr.later(1)
    expect(await ehr.turn()).toBe('pulled')
    expect(await events()).toEqual([{ id: 'a-1', status: 'booked', deleted: false }])
    expect(await wanted()).toEqual([])
  })

  it('of what the server says is gone tells of a deletion at once', async () => {
    await hook(appointment({ meta: { lastUpdated: new Date(ehr.clock()).toISOString() } })).expect(201)
    ehr.later(1)
    await hook(notification([1], 'Appointment/a-1')).expect(200)
    ehr.server.interfere(({ url }) => (url.pathname.endsWith('/Appointment/a-1') ? { status: 410 } : undefined))
    expect(await ehr.turn()).toBe('pulled')
    expect(await events()).toEqual([{ id: 'a-1', status: 'booked', deleted: true }])
  })

  it.each<[string, () => unknown[]]>([
    ['whose number leaves a gap', () => [notification([1], 'Slot/s-1'), notification([5], 'Slot/s-2')]],
    ['that is empty', () => [notification([1])]],
    ['of the classic kind, without a body', () => [undefined]],
  ])('%s has the source asked for what changed', async (_which, told) => {
    await ehr.server.put(appointment())
    for (const body of told()) await hook(body).expect(200)
    expect(await nextAt()).toBeLessThanOrEqual(ehr.clock())
    ehr.server.requests.length = 0
    expect(await ehr.turn()).toBe('pulled')
    expect(ehr.server.requests).toEqual([expect.stringContaining('/Appointment?')])
    expect(await events()).toHaveLength(1)
  })

  it('while the source is being fetched from has it asked once more', async () => {
    await ehr.server.put(appointment())
    await hook(undefined).expect(200)
    let told: Promise<unknown> | null = null
    ehr.server.interfere(() => {
      told ??= hook(notification([1], 'Appointment/a-1')).then()
      return undefined
    })
    expect(await ehr.turn()).toBe('pulled')
    await told
    expect(await nextAt()).toBeLessThanOrEqual(ehr.clock())
    expect(await ehr.turn()).toBe('pulled')
    expect(await wanted()).toEqual([])
    expect(await nextAt()).toBeGreaterThan(ehr.clock())
  })

  it('of what the server refuses is told with the source, some times, and stops nothing else', async () => {
    await ehr.server.put(appointment())
    await hook(notification([1, 2], 'Patient/p-1', 'Appointment/a-1')).expect(200)
    ehr.server.interfere(({ url }) => (url.pathname.endsWith('/Patient/p-1') ? { status: 403 } : undefined))
    expect(await ehr.turn()).toBe('failed')
    expect((await ehr.view()).pull?.lastError).toMatchObject({ code: 'wantedRefused' })
    expect(await events()).toHaveLength(1)
    expect(await wanted()).toEqual([{ reference: 'Patient/p-1', attempts: 1 }])
    for (let turn = 2; turn <= 5; turn += 1) {
      ehr.later(20)
      await ehr.turn()
    }
    expect(await wanted()).toEqual([])
    ehr.later(20)
    expect(await ehr.turn()).toBe('pulled')
  })

  it('of a source that is not fetched from only warns', async () => {
    await ehr.rows(`update ehr_source set settings = '{}', next_pull_at = null`)
    const { body } = await hook(notification([1], 'Appointment/a-1')).expect(200)
    expect(JSON.stringify(body)).toContain('have the subscription send full resources')
    expect([await wanted(), (await ehr.view()).pull]).toEqual([[], null])
  })
})
