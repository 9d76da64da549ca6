import { describe, expect, it } from '@jest/globals'
import twilio from 'twilio'
import { isSignedByTwilio } from '../../../api/callbacks/twilioSignature.ts'

const authToken = 'secret'
const url = 'https://practice.example.org/callbacks/twilio/status?attempt=a-1'
const parameters = { MessageSid: 'SM1', MessageStatus: 'delivered' }
const signature = twilio.getExpectedTwilioSignature(authToken, url, parameters)

describe("a callback's signature", () => {
  it.each([
    ['is right for what was signed', {}, true],
    ['is wrong with another token', { authToken: 'other' }, false],
    ['is wrong for another address', { url: url.replace('a-1', 'a-2') }, false],
    [
      'is wrong for the inner address of a proxy',
      { url: url.replace('https://practice.example.org', 'http://api:8080') },
      false,
    ],
    ['is wrong when a parameter was changed', { parameters: { ...parameters, MessageStatus: 'failed' } }, false],
    ['is wrong when a parameter was added', { parameters: { ...parameters, ErrorCode: '30005' } }, false],
    ['is missed', { signature: undefined }, false],
    ['is of no length', { signature: '' }, false],
    ['is no base64', { signature: 'ÿ%%%' }, false],
    ['needs a token of ours', { authToken: '' }, false],
  ])('%s', (_why, change, expected) => {
    expect(isSignedByTwilio({ authToken, url, parameters, signature, ...change })).toBe(expected)
  })
})
