import type { EhrSourceView } from '../../db/queries/ehrSources.ts'
import { sftpCredentialsSchema } from '../../domain/inbound/sftp/settings.ts'
import { credentialsGoTo, isFetchedFrom, type SourceSettings } from '../../domain/inbound/sourceSettings.ts'
import type { FieldError } from '../../domain/problem.ts'
import type { Values } from './fields.ts'

/** What we prove ourselves with where we fetch: undefined, it stays as it is; null, it is forgotten. */
export type CredentialsEdit = { credentials: string | null | undefined } | { errors: FieldError[] }

/**
 * The credentials that were typed. What nothing needs any more is forgotten, and what was given for one server is not
 * shown to another: it has to be typed again.
 */
export function credentialsEdit(
  stored: Pick<EhrSourceView, 'kind' | 'hasCredentials' | 'settings'>,
  settings: SourceSettings,
  values: Values,
): CredentialsEdit {
  const isNeeded = isFetchedFrom(stored.kind, settings) && settings.pull?.auth.kind !== 'none'
  if (!isNeeded) return { credentials: stored.hasCredentials ? null : undefined }
  const given = stored.kind === 'csv' ? typedForSftp(values) : typedForFhir(values)
  if ('errors' in given || given.credentials !== undefined) return given
  const path = stored.kind === 'csv' ? 'credentials.password' : 'credentials'
  if (!stored.hasCredentials) return { errors: [{ path, message: `${wanted(settings)} is needed` }] }
  if (credentialsGoTo(stored.settings) === credentialsGoTo(settings)) return { credentials: undefined }
  const message = 'has to be typed again: what was given for one server is not shown to another'
  return { errors: [{ path, message }] }
}

function wanted({ pull }: SourceSettings): string {
  if (pull === null) return 'a password or a private key'
  return { none: 'nothing', bearer: 'the token', basic: 'the password', smart: 'our private key' }[pull.auth.kind]
}

function typedForFhir(values: Values): CredentialsEdit {
  const typed = (values.credentials?.[0] ?? '').trim()
  if (typed.length > 20_000) return { errors: [{ path: 'credentials', message: 'has at most 20,000 characters' }] }
  return { credentials: typed === '' ? undefined : typed }
}

function typedForSftp(values: Values): CredentialsEdit {
  const typed = (['password', 'privateKey', 'passphrase'] as const).flatMap((name) => {
    const text = values[`credentials.${name}`]?.[0] ?? ''
    return text === '' ? [] : [[name, text] as const]
  })
  if (typed.length === 0) return { credentials: undefined }
  const parsed = sftpCredentialsSchema.safeParse(Object.fromEntries(typed))
  if (parsed.success) return { credentials: JSON.stringify(parsed.data) }
  return {
    errors: parsed.error.issues.map(({ path, message }) => ({
      path: `credentials.${String(path[0] ?? 'password')}`,
      message,
    })),
  }
}
