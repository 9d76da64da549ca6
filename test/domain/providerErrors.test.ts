import { describe, expect, it } from '@jest/globals'
import { type RefusalKind, twilioError, twilioStatus } from '../../domain/providerErrors.ts'

describe("Twilio's error codes", () => {
  it.each<[RefusalKind, (number | string | null)[]]>([
    ['optOut', [21610, '21610']],
    ['permanent', [21211, 21614, 30004, 30005, 30006]],
    ['ours', [21408, 21606, 21612, 30007, 30034, 20003]],
    ['later', [30001, 30003, 30008, 20429]],
    ['unknown', [99999, 'ECONNRESET', '', 'constructor', null]],
  ])('%s: %j', (kind, codes) => {
    for (const code of codes) {
      expect(twilioError(code).kind).toBe(kind)
      expect(twilioError(code).meaning).toMatch(/\.$/)
    }
  })
})

describe("Twilio's statuses", () => {
  it.each([
    ['queued', 'sent'],
    ['accepted', 'sent'],
    ['sending', 'sent'],
    ['sent', 'sent'],
    ['delivered', 'delivered'],
    ['read', 'delivered'],
    ['undelivered', 'undelivered'],
    ['failed', 'failed'],
    ['canceled', 'failed'],
    ['received', undefined],
    ['toString', undefined],
  ])('%s is %s', (status, expected) => {
    expect(twilioStatus(status)).toBe(expected)
  })
})
