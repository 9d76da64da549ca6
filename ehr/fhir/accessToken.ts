import { randomUUID } from 'node:crypto'
import { importJWK, type JWK, SignJWT } from 'jose'
import { refusedAddress } from '../../domain/inbound/pull/address.ts'
import { PullFailed } from '../../domain/inbound/pull/failed.ts'
import type { PullAuth, PullSettings } from '../../domain/inbound/pull/settings.ts'
import type { Instant } from '../../domain/instant.ts'
import { type Asking, askPatiently } from '../retry.ts'

export interface AccessToken {
  token: string
  expiresAt: Instant
}
type Smart = Extract<PullAuth, { kind: 'smart' }>

/** The most that SMART allows is five minutes; clocks differ. */
const assertionSeconds = 240
const assertionType = 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer'

/**
 * An access token of a SMART backend service (SMART App Launch, client credentials with a signed assertion). Throws
 * `PullFailed` when the key can't be used, or the server refuses it.
 */
export async function requestAccessToken(
  settings: PullSettings,
  auth: Smart,
  credentials: string,
  asking: Asking,
): Promise<AccessToken> {
  const { clock, signal, network } = asking
  const url = auth.tokenUrl ?? (await discoverTokenUrl(settings, asking))
  const now = clock()
  const body = new URLSearchParams({
    grant_type: 'client_credentials',
    scope: auth.scope ?? settings.types.map((type) => `system/${type}.read`).join(' '),
    client_assertion_type: assertionType,
    client_assertion: await signAssertion(auth, credentials, url, now),
  })
  const headers = { 'content-type': 'application/x-www-form-urlencoded', accept: 'application/json' }
  const answer = await askPatiently({ url, method: 'POST', headers, body: body.toString(), signal, network }, clock)
  const { access_token: token, expires_in: seconds, error } = jsonOf(answer.body)
  if (answer.status !== 200 || typeof token !== 'string' || !/^[\x21-\x7e]+$/.test(token)) {
    const code = typeof error === 'string' && /^[a-z_]{1,60}$/.test(error) ? error : `HTTP ${answer.status}`
    throw new PullFailed(
      'tokenRefused',
      `${new URL(url).origin} gives us no access token (${code}): compare client id, key, algorithm and scope with what was registered there.`,
    )
  }
  const lifeMs = typeof seconds === 'number' && seconds > 0 ? seconds * 1000 : assertionSeconds * 1000
  return { token, expiresAt: now + lifeMs }
}

async function signAssertion(auth: Smart, credentials: string, audience: string, now: Instant): Promise<string> {
  const { clientId, algorithm, keyId } = auth
  const jwk = jsonOf(credentials) as JWK
  const kid = keyId ?? jwk.kid
  try {
    if (jwk.d === undefined) throw new Error('no private part')
    const key = await importJWK(jwk, algorithm)
    return await new SignJWT({ jti: randomUUID() })
      .setProtectedHeader({ alg: algorithm, typ: 'JWT', ...(kid === undefined ? {} : { kid }) })
      .setIssuer(clientId)
      .setSubject(clientId)
      .setAudience(audience)
      // No time of issue, which a server with a slower clock would take for the future.
      .setExpirationTime(Math.floor(now / 1000) + assertionSeconds)
      .sign(key)
  } catch {
    const kind = algorithm === 'RS384' ? 'an RSA key of at least 2048 bits' : 'an EC key on the curve P-384'
    throw new PullFailed(
      'keyUnusable',
      `The credentials are no private key as a JWK for ${algorithm}: it has to be ${kind}.`,
    )
  }
}

/** As the server says it in its SMART configuration. */
async function discoverTokenUrl({ baseUrl }: PullSettings, { clock, signal, network }: Asking): Promise<string> {
  const url = `${baseUrl}/.well-known/smart-configuration`
  const answer = await askPatiently({ url, headers: { accept: 'application/json' }, signal, network }, clock)
  const { token_endpoint: found } = answer.status === 200 ? jsonOf(answer.body) : {}
  if (typeof found === 'string' && refusedAddress(found) === null) return found
  throw new PullFailed(
    'tokenUrlUnknown',
    `${url} names no token endpoint that can be used: give the token URL in the settings.`,
  )
}

function jsonOf(text: string | Buffer): Record<string, unknown> {
  try {
    const json: unknown = JSON.parse(text.toString())
    return typeof json === 'object' && json !== null ? (json as Record<string, unknown>) : {}
  } catch {
    return {}
  }
}
