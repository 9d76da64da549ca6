import { readFileSync } from 'node:fs'
import { mllpAnswers } from '../api/mllp/answer.ts'
import { type RunningMllp, startMllp } from '../api/mllp/server.ts'
import { CannotStart } from '../embedded/cannotStart.ts'
import type { Settings } from './environment.ts'
import type { Foundation } from './foundation.ts'

/** Listens for HL7 v2 over MLLP where `MLLP_PORT` is given. @throws CannotStart when the port or a certificate can't be had. */
export async function runMllp(
  { database, encryption, clock, log, ehrMetrics: metrics }: Foundation,
  settings: Pick<Settings, 'HOST' | 'MLLP_PORT' | 'MLLP_TLS_CERT' | 'MLLP_TLS_KEY' | 'MLLP_TLS_CA'>,
): Promise<RunningMllp | null> {
  const { HOST: host, MLLP_PORT: port } = settings
  if (port === undefined) return null
  const tls = certificatesOf(settings)
  try {
    return await startMllp({
      port,
      host,
      ...(tls ? { tls } : {}),
      ...mllpAnswers({ database, encryption, clock, log, metrics }),
    })
  } catch (error) {
    const { code } = error as { code?: string }
    if (code === 'EADDRINUSE')
      throw new CannotStart(`Port ${port} is in use by another program: end that one, or set MLLP_PORT to another port`)
    throw new CannotStart(
      `MLLP cannot listen at ${host}:${port} (${code ?? 'unknown'}): correct HOST, MLLP_PORT and MLLP_TLS_*`,
    )
  }
}

function certificatesOf(settings: Pick<Settings, 'MLLP_TLS_CERT' | 'MLLP_TLS_KEY' | 'MLLP_TLS_CA'>) {
  const { MLLP_TLS_CERT: cert, MLLP_TLS_KEY: key, MLLP_TLS_CA: ca } = settings
  if (cert === undefined || key === undefined) return null
  const read = (name: string, file: string) => {
    try {
      return readFileSync(file, 'utf8')
    } catch (error) {
      throw new CannotStart(`${name} cannot be read (${(error as { code?: string }).code}): correct its path`)
    }
  }
  return {
    cert: read('MLLP_TLS_CERT', cert),
    key: read('MLLP_TLS_KEY', key),
    ...(ca === undefined ? {} : { ca: read('MLLP_TLS_CA', ca) }),
  }
}
