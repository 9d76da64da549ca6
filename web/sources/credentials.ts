import type { EhrSourceView } from '../../db/queries/ehrSources.ts'
import type { SourceSettings } from '../../domain/inbound/sourceSettings.ts'
import type { FieldError } from '../../domain/problem.ts'
import type { Values } from './fields.ts'

/** What we prove ourselves with where we fetch: undefined, it stays as it is; null, it is forgotten. */
export type CredentialsEdit = { credentials: string | null | undefined } | { errors: FieldError[] }

/** The credentials that were typed; what nothing needs any more is forgotten. */
export function credentialsEdit(
  stored: Pick<EhrSourceView, 'kind' | 'hasCredentials'>,
  { pull }: SourceSettings,
  values: Values,
): CredentialsEdit {
  if (stored.kind !== 'fhir') return { credentials: undefined }
  if (pull === null || pull.auth.kind === 'none') return { credentials: stored.hasCredentials ? null : undefined }
  const typed = (values.credentials?.[0] ?? '').trim()
  if (typed.length > 20_000) return { errors: [{ path: 'credentials', message: 'has at most 20,000 characters' }] }
  if (typed === '' && !stored.hasCredentials) {
    const what = { bearer: 'the token', basic: 'the password', smart: 'our private key' }[pull.auth.kind]
    return { errors: [{ path: 'credentials', message: `${what} is needed` }] }
  }
  return { credentials: typed === '' ? undefined : typed }
}
