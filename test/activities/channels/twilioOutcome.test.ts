import { describe, expect, it } from '@jest/globals'
import { failedOutcome } from '../../../activities/channels/twilioOutcome.ts'

const refused = (retry: string, code: string) => ({ outcome: 'refused', retry, code, retryAfterMs: null })
const notKnown = (code: string) => ({ outcome: 'notKnown', code })

describe('what a failed call means', () => {
  it.each<[unknown, object, string]>([
    [{ code: 'ECONNREFUSED' }, refused('later', 'ECONNREFUSED'), 'never connected'],
    [{ code: 'ENOTFOUND' }, refused('later', 'ENOTFOUND'), 'no such host'],
    [{ code: 'EAI_AGAIN' }, refused('later', 'EAI_AGAIN'), 'the name server is away'],
    [{ code: 'EHOSTUNREACH' }, refused('later', 'EHOSTUNREACH'), 'no way there'],
    [{ code: 'ECONNRESET' }, notKnown('ECONNRESET'), 'broke after it was made'],
    [{ code: 'EPIPE' }, notKnown('EPIPE'), 'broke while writing'],
    [{ code: 'ETIMEDOUT' }, notKnown('ETIMEDOUT'), 'too slow'],
    [{ code: 'ECONNABORTED' }, notKnown('timeout'), "the client's own time limit"],
    [{ status: 400, code: 30034 }, refused('ours', '30034'), 'known code'],
    [{ status: 422, code: 12345 }, refused('unknown', '12345'), 'unknown code'],
    [{ status: 401 }, refused('ours', 'http401'), 'no code, but our key'],
    [{ status: 429, code: 20429 }, refused('later', '20429'), 'too many'],
    [{ status: 500, code: 20500 }, notKnown('20500'), 'their failure'],
    [{ status: 302 }, notKnown('http302'), 'a redirect that is not followed'],
    [{ code: 'a text with +15555550101' }, notKnown('unreadableAnswer'), 'a code that is none'],
    [new Error('a text'), notKnown('unreadableAnswer'), 'an error without a code'],
    ['a text', notKnown('unreadableAnswer'), 'no error at all'],
    [null, notKnown('unreadableAnswer'), 'nothing'],
  ])('%j is %j (%s)', (error, expected) => {
    expect(failedOutcome(error)).toEqual(expected)
  })
})
