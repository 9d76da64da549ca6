import { afterAll, beforeAll, describe, expect, it } from '@jest/globals'
import { newId } from '../../db/newId.ts'
import { mayOpenAsStaff } from '../../db/queries/staffSignIn.ts'
import { type ApiUnderTest, apiUnderTest, reminder, seedVisit } from '../support/api.ts'
import { createOrganization } from '../support/database.ts'

let api: ApiUnderTest
let visit: Awaited<ReturnType<typeof seedVisit>>
beforeAll(async () => {
  api = await apiUnderTest()
  visit = await seedVisit(api)
})
afterAll(() => api.drop())

const add = async (more: object = {}) =>
  (await api.call('post', '/api/staff', { firstName: 'Robin', lastName: 'Lake', ...more }).expect(201)).body
const edit = (member: { id: string; version: number }, changes: object) =>
  api.call('patch', `/api/staff/${member.id}`, changes, { 'if-match': `"${member.version}"` })
const toStaff = (more: object) => ({ ...reminder, recipients: { kind: 'staff', ...more } })
const phone = (address: string, more: object = {}) => ({ channel: 'sms', address, ...more })

describe('a staff member', () => {
  it('is stored as given, with numbers and addresses in their normal form', async () => {
    const ownHours = { monday: { from: '07:00', to: '15:30' }, friday: { from: '22:00', to: '06:00' } }
    const body = await add({
      roles: ['Nurse', ' front   desk ', 'nurse'],
      facilityIds: [visit.facility],
      timeZone: 'America/Denver',
      language: 'es',
      ownHours,
      contactPoints: [
        { channel: 'email', address: 'Robin@Riverside.Example', rank: 2 },
        { channel: 'sms', address: '(555) 555-0140', rank: 1 },
      ],
    })
    expect(body).toMatchObject({
      version: 1,
      roles: ['Nurse', 'front desk'],
      facilityIds: [visit.facility],
      providerId: null,
      userId: null,
      signsInAs: null,
      timeZone: 'America/Denver',
      language: 'es',
      active: true,
      contactPoints: [
        { channel: 'sms', address: '+15555550140', rank: 1, invalidSince: null },
        { channel: 'email', address: 'robin@riverside.example', rank: 2 },
      ],
    })
    expect(body.ownHours).toEqual({
      ...{ monday: null, tuesday: null, wednesday: null, thursday: null, friday: null, saturday: null, sunday: null },
      ...ownHours,
    })
    expect((await api.call('get', `/api/staff/${body.id}`).expect(200)).body).toEqual(body)
    expect((await api.call('get', `/api/audit?subjectId=${body.id}`)).body.items).toMatchObject([
      { action: 'created', subject: 'staff member', after: { lastName: 'Lake' } },
    ])
  })

  it.each<[what: string, body: object, path: string, message: RegExp]>([
    ['no name', { firstName: ' ' }, 'firstName', /a name is needed/],
    ['an empty role', { roles: ['Nurse', '  '] }, 'roles.1', /a role is a word of your own/],
    ['no facility of ours', { facilityIds: [newId()] }, 'facilityIds.0', /no facility with this id/],
    ['no provider of ours', { providerId: newId() }, 'providerId', /no provider with this id/],
    ['no user of ours', { userId: newId() }, 'userId', /no user with this id/],
    ['no zone', { timeZone: 'Eastern' }, 'timeZone', /'Eastern' is not an IANA time zone/],
    ['no language', { language: 'Spanish' }, 'language', /BCP 47/],
    ['no time', { ownHours: { monday: { from: '8', to: '17:00' } } }, 'ownHours.monday.from', /HH:mm/],
    ['hours on no day', { ownHours: { monday: null } }, 'ownHours', /nothing would ever be sent/],
    [
      'hours of a day that is none',
      { ownHours: { monday: { from: '08:00', to: '17:00' }, funday: null } },
      'ownHours.funday',
      /no such field/,
    ],
    ['no phone number', { contactPoints: [phone('call me')] }, 'contactPoints.0.address', /'call me' is not a phone/],
    [
      'no email address',
      { contactPoints: [{ channel: 'email', address: '+15555550140' }] },
      'contactPoints.0.address',
      /is not an email address/,
    ],
    [
      'the same number twice',
      { contactPoints: [phone('+15555550140'), phone('555-555-0140')] },
      'contactPoints.1.address',
      /listed twice/,
    ],
    ['an unknown field', { permissions: [] }, 'permissions', /no such field/],
  ])('is refused with %s', async (_, body, path, message) => {
    const refused = await api.call('post', '/api/staff', { firstName: 'Robin', lastName: 'Lake', ...body }).expect(422)
    expect(refused.body.errors).toEqual([{ path, message: expect.stringMatching(message) }])
  })

  it('keeps what an edit leaves out, and an edit of an older version is refused', async () => {
    const member = await add({ roles: ['Nurse'], contactPoints: [phone('+15555550141'), phone('+15555550142')] })
    await api.call('patch', `/api/staff/${member.id}`, { lastName: 'Sea' }).expect(428)
    const { body } = await edit(member, { lastName: 'Sea', ownHours: null }).expect(200)
    expect(body).toEqual({ ...member, version: 2, lastName: 'Sea' })
    await edit(member, { lastName: 'Pond' }).expect(412)
    expect((await edit(body, { lastName: 'Sea' }).expect(200)).body).toEqual(body)
    const points = { contactPoints: [{ ...body.contactPoints[1], rank: 1 }] }
    const fewer = (await edit(body, points).expect(200)).body
    expect(fewer.contactPoints).toEqual([{ ...body.contactPoints[1], rank: 1 }])
  })

  it('has a number that failed work again when somebody says so', async () => {
    const member = await add({ contactPoints: [phone('+15555550143')] })
    await api.database.inOrganization(api.organizationId, (tx) =>
      tx.query('update contact_point set invalid_since = $2 where staff_member_id = $1', [member.id, new Date(tx.now)]),
    )
    const failed = (await edit(member, { contactPoints: [phone('+15555550143')] })).body
    expect(failed.contactPoints[0].invalidSince).not.toBeNull()
    const works = (await edit(failed, { contactPoints: [phone('+15555550143', { invalidSince: null })] })).body
    expect(works.contactPoints[0].invalidSince).toBeNull()
  })

  it('is found by name, role, facility and whether active', async () => {
    const one = await add({ firstName: 'Ida', lastName: 'Zzyzx', roles: ['Scribe'], facilityIds: [visit.facility] })
    const other = await add({ firstName: 'Otto', lastName: 'Zzyzx', roles: ['Porter'], active: false })
    const found = async (query: string) =>
      (await api.call('get', `/api/staff?${query}`).expect(200)).body.items.map(({ id }: { id: string }) => id)
    expect(await found('q=zzyzx')).toEqual([one.id, other.id])
    expect(await found('q=zzyzx&active=true')).toEqual([one.id])
    expect(await found('role=scribe')).toEqual([one.id])
    expect(await found(`q=zzyzx&facilityId=${visit.facility}`)).toEqual([one.id])
    const first = (await api.call('get', '/api/staff?q=zzyzx&limit=1')).body
    expect(await found(`q=zzyzx&cursor=${first.nextCursor}`)).toEqual([other.id])
  })

  it('shares the spelling of a role with everybody who has it', async () => {
    await add({ roles: ['Care Coordinator'] })
    expect((await add({ roles: ['care coordinator'] })).roles).toEqual(['Care Coordinator'])
    const { items } = (await api.call('get', '/api/staff-roles').expect(200)).body
    expect(items).toContainEqual({ role: 'Care Coordinator', staff: 2 })
    expect(items).toContainEqual({ role: 'Porter', staff: 0 })
  })

  it('is for managers: staff sign in to see patients, not to edit one another', async () => {
    await api.call('get', '/api/staff', undefined, {}, 'staff').expect(403)
    await api.call('post', '/api/staff', { firstName: 'A', lastName: 'B' }, {}, 'staff').expect(403)
    await api.call('get', '/api/staff', undefined, {}, 'manager').expect(200)
  })

  it('is the only one of a provider and of a user', async () => {
    const first = await add({ firstName: 'Ada', lastName: 'Strange', providerId: visit.provider })
    const second = { firstName: 'Eve', lastName: 'Other', providerId: visit.provider }
    const refused = await api.call('post', '/api/staff', second).expect(422)
    expect(refused.body.errors).toEqual([
      { path: 'providerId', message: 'Ada Strange is linked to this provider: unlink them first' },
    ])
    const away = (await edit(first, { active: false }).expect(200)).body
    await api.call('post', '/api/staff', second).expect(201)
    expect((await edit(away, { active: true }).expect(422)).body.errors[0].path).toBe('providerId')
  })
})

describe('whoever waits for staff', () => {
  it.each<[string, (member: { id: string }) => object, changes: object, touches: boolean]>([
    ['their hours', ({ id }) => ({ staffIds: [id] }), { ownHours: { monday: { from: '08:00', to: '12:00' } } }, true],
    ['the role they lose', () => ({ roles: ['courier'] }), { roles: [] }, true],
    ['leaving', ({ id }) => ({ staffIds: [id] }), { active: false }, true],
    ['their name alone', ({ id }) => ({ staffIds: [id] }), { firstName: 'Robyn' }, false],
    ['hours of somebody else', () => ({ roles: ['nobody'] }), { timeZone: 'America/Denver' }, false],
  ])(
    'is planned anew after a change of %s: as the action may concern them',
    async (_, recipients, changes, touches) => {
      const member = await add({ roles: ['Courier'] })
      const action = (await api.call('post', '/api/custom-actions', toStaff(recipients(member))).expect(201)).body
      await api.touched()
      await edit(member, changes).expect(200)
      expect(await api.touched()).toEqual(touches ? [visit.careEvent] : [])
      await api.call('delete', `/api/custom-actions/${action.id}`).expect(204)
    },
  )

  it('is planned anew when the user who opens their secure messages comes and goes', async () => {
    const email = 'opens@riverside.example'
    const member = await add({ contactPoints: [{ channel: 'email', address: email }, phone('+15555550150')] })
    const secret = { ...toStaff({ staffIds: [member.id] }), channels: { secure: true } }
    const action = (await api.call('post', '/api/custom-actions', secret).expect(201)).body
    const reason = async () => {
      const { items } = (await api.call('get', `/api/care-events/${visit.careEvent}/plan`).expect(200)).body
      return items.find((item: { actionId: string }) => item.actionId === action.id).reason
    }
    expect(await reason()).toBe('noSignIn')
    await api.touched()
    const user = { email, name: 'Opens', role: 'staff', password: 'correct horse battery' }
    const { id } = (await api.call('post', '/api/users', user).expect(201)).body
    expect(await api.touched()).toEqual([visit.careEvent])
    expect(await reason()).toBeNull()
    await api.call('patch', `/api/users/${id}`, { disabled: true }, { 'if-match': '"1"' }).expect(200)
    expect(await api.touched()).toEqual([visit.careEvent])
    expect(await reason()).toBe('noSignIn')
    await api.call('delete', `/api/custom-actions/${action.id}`).expect(204)
  })

  it('is planned anew after an opt-out from their phone', async () => {
    const member = await add({ contactPoints: [phone('+15555550149')] })
    const action = (await api.call('post', '/api/custom-actions', toStaff({ staffIds: [member.id] }))).body
    await api.touched()
    await api.call('post', '/api/simulator/replies', { from: '+15555550149', body: 'STOP' }).expect(201)
    expect(await api.touched()).toEqual([visit.careEvent])
    const { body } = await api.call('get', `/api/staff/${member.id}`)
    expect(body.contactPoints[0].consent).toEqual({ care: 'denied', outreach: 'denied' })
    const { items } = (await api.call('get', `/api/care-events/${visit.careEvent}/plan`).expect(200)).body
    expect(items.find((item: { actionId: string }) => item.actionId === action.id)).toMatchObject({
      recipient: member.id,
      reason: 'noConsent',
    })
  })
})

it('a reply from a staff phone is theirs in the inbox, and so is the answer', async () => {
  const member = await add({ contactPoints: [phone('+15555550148')] })
  await api.call('post', '/api/simulator/replies', { from: '+15555550148', body: 'On my way' }).expect(201)
  const { items } = (await api.call('get', '/api/replies?open=true').expect(200)).body
  expect(items).toMatchObject([{ body: 'On my way', staffMemberId: member.id, patientId: null, meaning: 'other' }])
  const answer = await api.call('post', `/api/replies/${items[0].id}/answer`, { body: 'Thank you' }).expect(201)
  expect(answer.body).toMatchObject({ direction: 'out', staffMemberId: member.id })
})

describe('a staff action', () => {
  it('names staff of this practice only', async () => {
    const stranger = newId()
    const refused = await api.call('post', '/api/custom-actions', toStaff({ staffIds: [stranger] })).expect(422)
    expect(refused.body.errors).toEqual([
      { path: 'recipients.staffIds.0', message: 'there is no staff member with this id' },
    ])
    const none = await api.call('post', '/api/custom-actions', toStaff({})).expect(422)
    expect(none.body.errors).toMatchObject([{ path: 'recipients' }])
  })

  it('carries no health information in a plain message: refused at its place', async () => {
    const body = 'New visit,\nrecord {{ patient.mrn }}, born {{ patient.birthDate }}'
    const plain = { ...toStaff({ careEventProviders: true }), message: { body } }
    const refused = await api.call('post', '/api/custom-actions', plain).expect(422)
    expect(refused.body.errors).toEqual([
      {
        path: 'message.body',
        line: 2,
        column: 11,
        message: "'patient.mrn' is health information: it may only be in a secure message",
      },
      expect.objectContaining({ path: 'message.body', line: 2, column: 35 }),
    ])
  })
})

describe('deleting a staff member', () => {
  it('is refused while actions name them, with those actions; deactivating is what remains', async () => {
    const member = await add({ firstName: 'Kim', lastName: 'Named', contactPoints: [phone('+15555550144')] })
    const action = (
      await api.call('post', '/api/custom-actions', { ...toStaff({ staffIds: [member.id] }), status: 'inactive' })
    ).body
    const { body } = await api.call('delete', `/api/staff/${member.id}`).expect(409)
    expect(body.detail).toMatch(/^Kim Named is named in “Reminder”: take them out there first\. Or deactivate them/)
    expect(body.errors).toEqual([
      { path: `customActions.${action.id}`, message: '“Reminder” names them as a recipient' },
    ])
    await api.call('delete', `/api/custom-actions/${action.id}`).expect(204)
    await api.call('delete', `/api/staff/${member.id}`, undefined, { 'if-match': '"7"' }).expect(412)
    await api.call('delete', `/api/staff/${member.id}`).expect(204)
    await api.call('get', `/api/staff/${member.id}`).expect(404)
    await api.call('delete', `/api/staff/${member.id}`).expect(404)
    await api.call('post', '/api/custom-actions', toStaff({ staffIds: [member.id] })).expect(422)
  })

  it('does not slip past an action that names them at the same moment', async () => {
    const member = await add({ firstName: 'Sid', lastName: 'Raced' })
    const [saved, deleted] = await Promise.all([
      api.call('post', '/api/custom-actions', toStaff({ staffIds: [member.id] })),
      api.call('delete', `/api/staff/${member.id}`),
    ])
    expect([
      [201, 409],
      [422, 204],
    ]).toContainEqual([saved.status, deleted.status])
  })
})

describe('opening what was sent securely to a staff member', () => {
  const mayOpen = (userId: string, staffId: string, organizationId = api.organizationId) =>
    api.database.inOrganization(organizationId, (tx) => mayOpenAsStaff(tx, userId, staffId))
  const user = async (email: string) =>
    (
      await api
        .call('post', '/api/users', { email, name: 'Somebody', role: 'staff', password: 'correct horse battery' })
        .expect(201)
    ).body

  it('takes the user they are linked to, by link or by email address, and nobody else', async () => {
    const linked = await user('linked@riverside.example')
    const mailed = await user('mailed@riverside.example')
    const other = await user('other@riverside.example')
    const points = [{ channel: 'email', address: 'mailed@riverside.example' }]
    const byLink = await add({ userId: linked.id, contactPoints: points })
    const byEmail = await add({ contactPoints: points })
    expect(byLink.signsInAs).toEqual({ userId: linked.id, email: 'linked@riverside.example' })
    expect(byEmail.signsInAs).toEqual({ userId: mailed.id, email: 'mailed@riverside.example' })
    const allowed = async (staffId: string) => {
      const users = [linked, mailed, other]
      const may = await Promise.all(users.map(({ id }) => mayOpen(id, staffId)))
      return users.filter((_, n) => may[n]).map(({ email }) => email)
    }
    expect(await allowed(byLink.id)).toEqual(['linked@riverside.example'])
    expect(await allowed(byEmail.id)).toEqual(['mailed@riverside.example'])

    await edit(byLink, { active: false }).expect(200)
    await api.call('patch', `/api/users/${mailed.id}`, { disabled: true }, { 'if-match': '"1"' }).expect(200)
    expect(await allowed(byLink.id)).toEqual([])
    expect(await allowed(byEmail.id)).toEqual([])
  })

  it('is closed to every other practice', async () => {
    const linked = await user('closed@riverside.example')
    const member = await add({ userId: linked.id })
    expect(await mayOpen(linked.id, member.id)).toBe(true)
    expect(await mayOpen(linked.id, member.id, await createOrganization(api.database, 'Hillside Dental'))).toBe(false)
  })
})
