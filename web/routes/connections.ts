import type { Router } from 'express'
import { createApiKey, listApiKeys, revokeApiKey } from '../../db/queries/apiKeys.ts'
import { createEhrSource, listEhrSources, rotateEhrSource, updateEhrSource } from '../../db/queries/ehrSources.ts'
import { invalid } from '../../domain/problem.ts'
import type { Answer } from '../answer.ts'
import { everyPage } from '../everyPage.ts'
import { type FormData, one } from '../formData.ts'
import { notice } from '../notice.ts'
import { roles } from '../sessions.ts'
import type { PageHandler, Visit, Visits } from '../visit.ts'
import { writtenDate, writtenOut } from '../words/time.ts'
import { idOf } from './ids.ts'

/** A key or secret, shown this once: it is kept only as a hash, or encrypted. */
interface Secret {
  title: string
  lines: { name: string; value: string }[]
}

const page = '/settings/connections'
const statusWords = { active: 'Active', loading: 'Loading its history', disabled: 'Switched off' } as const

async function connectionsPage({ tx, organization, now }: Visit, secret: Secret | null = null): Promise<Answer> {
  const day = (iso: string) => writtenDate(Date.parse(iso), organization.timeZone)
  const time = (iso: string | null) =>
    iso === null ? 'never' : writtenOut(Date.parse(iso), organization.timeZone, now)
  const sources = await everyPage((each) => listEhrSources(tx, each))
  const keys = await everyPage((each) => listApiKeys(tx, each))
  const model = {
    secret,
    roles: roles.map((value) => ({ value, label: value.charAt(0).toUpperCase() + value.slice(1) })),
    sources: sources.map((source) => ({
      id: source.id,
      name: source.name,
      status: statusWords[source.status],
      disabled: source.status === 'disabled',
      last: time(source.lastMessageAt),
    })),
    keys: keys.map((key) => ({
      id: key.id,
      name: key.name,
      role: key.role,
      prefix: key.prefix,
      created: day(key.createdAt),
      used: time(key.lastUsedAt),
    })),
  }
  return {
    view: 'connections',
    title: 'Connections',
    section: 'settings',
    model: { connections: model, tab: 'connections' },
  }
}

function nameOf(form: FormData): string {
  const name = one(form, 'name').trim()
  if (name === '' || name.length > 200)
    throw invalid([{ path: '', message: 'Give it a name of at most 200 characters, to recognize it by.' }])
  return name
}

/** `POST /settings/connections/sources`. The answer holds the secret: it is the page itself, never a redirect. */
const addSource: PageHandler = async (visit) => {
  const { tx, by, form, deps } = visit
  const source = await createEhrSource(tx, { name: nameOf(form), kind: 'fhir', status: 'active' }, deps.encryption, by)
  return connectionsPage(visit, sourceSecret(`The EHR source “${source.name}” is made.`, source))
}

/** `POST /settings/connections/sources/:id/rotate` */
const rotateSource: PageHandler = async (visit) => {
  const source = await rotateEhrSource(visit.tx, idOf(visit, 'EHR source'), visit.deps.encryption, visit.by)
  return connectionsPage(
    visit,
    sourceSecret(`“${source.name}” has a new secret; the old one has stopped working.`, source),
  )
}

function sourceSecret(title: string, { id, secret }: { id: string; secret: string }): Secret {
  const lines = [
    { name: 'X-Source-Id', value: id },
    { name: 'Authorization', value: `Bearer ${secret}` },
  ]
  return { title, lines }
}

/** `POST /settings/connections/sources/:id/status` */
const switchSource: PageHandler = async (visit) => {
  const status = one(visit.form, 'status') === 'active' ? 'active' : 'disabled'
  const source = await updateEhrSource(visit.tx, idOf(visit, 'EHR source'), { status }, null, visit.by)
  const undo = {
    action: `${page}/sources/${source.id}/status`,
    fields: [{ name: 'status', value: status === 'active' ? 'disabled' : 'active' }],
  }
  const text =
    status === 'active'
      ? `“${source.name}” may post again.`
      : `“${source.name}” is switched off: what it posts is refused.`
  return { redirect: page, notice: notice('good', text, { undo }) }
}

/** `POST /settings/connections/keys` */
const addKey: PageHandler = async (visit) => {
  const role = roles.find((each) => each === one(visit.form, 'role')) ?? 'staff'
  const key = await createApiKey(visit.tx, { name: nameOf(visit.form), role }, visit.by)
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
  web.post(`${page}/sources`, visit('admin', addSource))
  web.post(`${page}/sources/:id/rotate`, visit('admin', rotateSource))
  web.post(`${page}/sources/:id/status`, visit('admin', switchSource))
  web.post(`${page}/keys`, visit('admin', addKey))
  web.post(`${page}/keys/:id/revoke`, visit('admin', revokeKey))
}
