import { describe, expect, it } from '@jest/globals'
import { supportedResources } from '../../../../domain/inbound/fhir/resource.ts'
import { refusedAddress } from '../../../../domain/inbound/pull/address.ts'
import { pulledTypes, pullSettingsSchema } from '../../../../domain/inbound/pull/settings.ts'

describe('an address to fetch from', () => {
  it.each<[string, RegExp | null]>([
    ['https://ehr.example.org/fhir', null],
    ['https://10.1.2.3/fhir', null],
    ['http://localhost:8080/fhir', null],
    ['http://127.0.0.1:8080/fhir', null],
    ['http://[::1]:8080/fhir', null],
    ['http://ehr.example.org/fhir', /https/],
    ['http://localhost.example.org/fhir', /https/],
    ['https://169.254.169.254/latest/meta-data', /machine itself/],
    ['https://2852039166/latest', /machine itself/],
    ['https://[fe80::1]/fhir', /machine itself/],
    ['https://[::ffff:169.254.169.254]/', /machine itself/],
    ['https://metadata.google.internal/', /machine itself/],
    ['https://user:secret@ehr.example.org/fhir', /credentials/],
    ['https://ehr.example.org/fhir#x', /#/],
    ['ftp://ehr.example.org', /web address/],
    ['ehr.example.org', /web address/],
  ])('%s', (address, refused) => {
    if (refused === null) expect(refusedAddress(address)).toBeNull()
    else expect(refusedAddress(address)).toMatch(refused)
  })
})

describe('the settings of a pull', () => {
  it('take an address alone', () => {
    expect(pullSettingsSchema.parse({ baseUrl: ' https://ehr.example.org/fhir// ' })).toEqual({
      baseUrl: 'https://ehr.example.org/fhir',
      auth: { kind: 'none' },
      types: ['Location', 'Practitioner', 'Patient', 'Appointment'],
      everyMinutes: 15,
      pageSize: 100,
      startDate: null,
      overlapMinutes: null,
      sorted: true,
      changesBy: 'search',
    })
  })

  it('can ask for all that is taken, and for nothing else', () => {
    expect([...pulledTypes].sort()).toEqual([...supportedResources].sort())
  })

  it.each<[Record<string, unknown>, string]>([
    [{ baseUrl: 'http://ehr.example.org' }, 'baseUrl'],
    [{ baseUrl: 'https://ehr.example.org/fhir?x=1' }, 'baseUrl'],
    [{ types: [] }, 'types'],
    [{ types: ['Patient', 'Patient'] }, 'types'],
    [{ types: ['Slot'] }, 'types.0'],
    [{ everyMinutes: 0 }, 'everyMinutes'],
    [{ pageSize: 1000 }, 'pageSize'],
    [{ startDate: '2026-02-30' }, 'startDate'],
    [{ auth: { kind: 'smart' } }, 'auth.clientId'],
    [{ auth: { kind: 'smart', clientId: 'us', tokenUrl: 'http://ehr.example.org/token' } }, 'auth.tokenUrl'],
    [{ auth: { kind: 'smart', clientId: 'us', algorithm: 'HS256' } }, 'auth.algorithm'],
    [{ auth: { kind: 'basic' } }, 'auth.user'],
    [{ auth: { kind: 'oauth1' } }, 'auth.kind'],
  ])('refuse %j with the path', (more, path) => {
    const { error } = pullSettingsSchema.safeParse({ baseUrl: 'https://ehr.example.org/fhir', ...more })
    expect(error?.issues[0]?.path.join('.')).toBe(path)
  })
})
