import type { Router } from 'express'
import { createApiKey, listApiKeys, revokeApiKey } from '../../db/queries/apiKeys.ts'
import { listEhrSources } from '../../db/queries/ehrSources.ts'
import { invalid } from '../../domain/problem.ts'
import type { Answer } from '../answer.ts'
import { everyPage } from '../everyPage.ts'
import { one } from '../formData.ts'
import { notice } from '../notice.ts'
import { roles } from '../sessions.ts'
import { kindWords, sourceKinds } from '../sources/kinds.ts'
import { sourceRow } from '../sources/list.ts'
import type { Secret } from '../sources/model.ts'
import { quarantineOf } from '../sources/quarantine.ts'
import type { PageHandler, Visit, Visits } from '../visit.ts'
import { writtenDate, writtenOut } from '../words/time.ts'
import { idOf } from './ids.ts'
import { sourceRoutes } from './sources.ts'

const page = '/settings/connections'

async function connectionsPage({ tx, organization, now }: Visit, secret: Secret | null = null): Promise<Answer> {
  const { timeZone: zone } = organization
  const sources = await everyPage((each) => listEhrSources(tx, each))
  const keys = await everyPage((each) => listApiKeys(tx, each))
  const model = {
    secret,
    roles: roles.map((value) => ({ value, label: value.charAt(0).toUpperCase() + value.slice(1) })),
    kinds: sourceKinds.map((value) => ({ value, ...kindWords[value] })),
    sources: await Promise.all(
      sources.map(async (source) => ({
        ...sourceRow(source, zone, now),
        quarantine: await quarantineOf(tx, source.id),
      })),
    ),
    keys: keys.map((key) => ({
      id: key.id,
      name: key.name,
      role: key.role,
      prefix: key.prefix,
      created: writtenDate(Date.parse(key.createdAt), zone),
      used: key.lastUsedAt === null ? 'never' : writtenOut(Date.parse(key.lastUsedAt), zone, now),
    })),
  }
  return {
    view: 'connections',
    title: 'Connections',
    section: 'settings',
    model: { connections: model, tab: 'connections' },
  }
}

/** `POST /settings/connections/keys`. The answer holds the key: it is the page itself, never a redirect. */
const addKey: PageHandler = async (visit) => {
  const name = one(visit.form, 'name').trim()
  if (name === '' || name.length > 200)
    throw invalid([{ path: '', message: 'Give it a name of at most 200 characters, to recognize it by.' }])
  const role = roles.find((each) => each === one(visit.form, 'role')) ?? 'staff'
  const key = await createApiKey(visit.tx, { name, role }, visit.by)
  return connectionsPage(visit, {
    title: `The API key “${key.name}” is made.`,
    lines: [{ name: 'Authorization', value: `Bearer ${key.key}` }],
  })
}

/** `POST /settings/connections/keys/:id/revoke` */
const revokeKey: PageHandler = async (visit) => {
  await revokeApiKey(visit.tx, idOf(visit, 'API key'), visit.by)
  return { redirect: page, notice: notice('good', 'The API key is revoked: it opens nothing any more.') }
}

export function connectionRoutes(web: Router, visit: Visits): void {
  web.get(
    page,
    visit('admin', (each) => connectionsPage(each)),
  )
  web.post(`${page}/keys`, visit('admin', addKey))
  web.post(`${page}/keys/:id/revoke`, visit('admin', revokeKey))
  sourceRoutes(web, visit)
}
