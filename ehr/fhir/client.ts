import { PullFailed } from '../../domain/inbound/pull/failed.ts'
import type { PullSettings } from '../../domain/inbound/pull/settings.ts'
import type { Instant } from '../../domain/instant.ts'
import type { EhrAnswer } from '../request.ts'
import { type Asking, askPatiently } from '../retry.ts'
import { type AccessToken, requestAccessToken } from './accessToken.ts'

export interface FhirAnswer extends EhrAnswer {
  /** When it was answered, by the server's clock; ours where it does not say. */
  at: Instant
}

/** Asks one FHIR server, as its settings say, proving who we are with every request. */
export interface FhirClient {
  /** Throws `PullFailed` when no answer comes or we are refused; any other status is an answer. */
  get(url: string): Promise<FhirAnswer>
}

/** A token is not used in its last moments. */
const marginMs = 20_000

export function fhirClient(
  settings: PullSettings,
  credentials: string | null,
  { clock, signal, network }: Asking,
): FhirClient {
  const { auth, baseUrl } = settings
  let token: AccessToken | null = null

  const secret = (): string => {
    if (credentials !== null && credentials !== '') return credentials
    throw new PullFailed('credentialsMissing', 'The credentials are missing: give the token, password or private key.')
  }
  const authorization = async (): Promise<Record<string, string>> => {
    if (auth.kind === 'none') return {}
    if (auth.kind === 'basic')
      return { authorization: `Basic ${Buffer.from(`${auth.user}:${secret()}`).toString('base64')}` }
    if (auth.kind === 'bearer') return { authorization: `Bearer ${headerSafe(secret())}` }
    if (token === null || token.expiresAt - marginMs <= clock())
      token = await requestAccessToken(settings, auth, secret(), { clock, signal, network })
    return { authorization: `Bearer ${token.token}` }
  }
  const ask = async (url: string) =>
    askPatiently(
      { url, headers: { accept: 'application/fhir+json', ...(await authorization()) }, signal, network },
      clock,
    )

  return {
    async get(url) {
      let answer = await ask(url)
      // A token can end before its time: one that was just given is not doubted again.
      if (answer.status === 401 && auth.kind === 'smart') {
        token = null
        answer = await ask(url)
      }
      if (answer.status === 401)
        throw new PullFailed(
          'unauthorized',
          `${new URL(baseUrl).origin} does not take what we prove ourselves with (HTTP 401): correct the credentials.`,
        )
      const date = Date.parse(answer.headers.get('date') ?? '')
      return { ...answer, at: Number.isNaN(date) ? clock() : date }
    },
  }
}

function headerSafe(token: string): string {
  if (/^[\x21-\x7e]+$/.test(token)) return token
  throw new PullFailed('credentialsMissing', 'The token has characters that no token has: copy it again, on one line.')
}
