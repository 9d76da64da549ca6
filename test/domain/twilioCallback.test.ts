import { describe, expect, it } from '@jest/globals'
import { twilioStatusCallbackUrl } from '../../domain/twilioCallback.ts'

describe('the address of a status callback', () => {
  it.each([
    ['https://practice.example.org', 'https://practice.example.org/callbacks/twilio/status?attempt=a-1'],
    ['https://practice.example.org/', 'https://practice.example.org/callbacks/twilio/status?attempt=a-1'],
    ['http://localhost:8080', null],
    ['http://127.0.0.1:8080', null],
    ['http://[::1]:8080', null],
  ])('of %s is %s', (publicUrl, expected) => {
    expect(twilioStatusCallbackUrl(publicUrl, 'a-1')).toBe(expected)
  })
})
