import type { EhrSourceView } from '../../db/queries/ehrSources.ts'
import { defaultMaxFileBytes } from '../../db/queries/inbound/files/storeFile.ts'
import type { WebDeps } from '../deps.ts'

/** One thing to enter at the EHR: copied as it stands. */
interface Line {
  name: string
  value: string
  note: string | null
}
/** One way in. */
export interface Way {
  title: string
  note: string | null
  lines: Line[]
  /** A command that tries it; the secret is read from the environment, and so stands in no shell's history. */
  command: string | null
}

type Reached = Pick<WebDeps, 'publicUrl' | 'mllp' | 'maxFileBytes'>
const line = (name: string, value: string, note: string | null = null): Line => ({ name, value, note })

/** How an EHR reaches this source: exact addresses and headers. */
export function waysIn({ id, kind }: Pick<EhrSourceView, 'id' | 'kind'>, reached: Reached): Way[] {
  if (kind === 'fhir') return [post(reached, id, fhirPost)]
  if (kind === 'hl7v2') return [post(reached, id, hl7Post), mllpWay(reached, id)]
  return [post(reached, id, filePost(reached.maxFileBytes ?? defaultMaxFileBytes))]
}

interface Post {
  title: string
  path: string
  contentType: string
  file: string
  note: string | null
}
const fhirPost: Post = {
  title: 'Over HTTPS',
  path: '/ehr/fhir',
  contentType: 'application/fhir+json',
  file: 'appointment.json',
  note: 'In a subscription: this address, the payload application/fhir+json, the headers below, and no status among the criteria, because a server sends no word when a resource stops matching. Hooks that put and delete at /ehr/fhir/Appointment/… are taken as well.',
}
const hl7Post: Post = {
  title: 'Over HTTPS',
  path: '/ehr/hl7v2',
  contentType: 'x-application/hl7-v2+er7',
  file: 'message.hl7',
  note: 'One message, or a batch of at most 1,000, in each post. The answer is the acknowledgement.',
}
const filePost = (maxBytes: number): Post => ({
  title: 'By a program of yours',
  path: '/ehr/csv?name=appointments.csv',
  contentType: 'text/csv',
  file: 'appointments.csv',
  note: `A file of at most ${maxBytes / 1024 / 1024} MB in each post, packed with gzip or not. Its name chooses the layout; &layout=… names one. It is acknowledged when all of it is stored, and imported afterwards.`,
})

function post({ publicUrl }: Reached, id: string, { title, path, contentType, file, note }: Post): Way {
  const url = `${publicUrl}${path}`
  return {
    title,
    note,
    lines: [
      line('POST to', url),
      line('X-Source-Id', id),
      line('Authorization', 'Bearer <secret>', 'or a signature of the body, below'),
      line('Content-Type', contentType),
      line('X-Hub-Signature-256', 'sha256=<hex>', 'instead of Authorization: HMAC-SHA256 of the body by the secret'),
    ],
    command: [
      `curl -X POST '${url}'`,
      `  -H 'X-Source-Id: ${id}'`,
      '  -H "Authorization: Bearer $SECRET"',
      `  -H 'Content-Type: ${contentType}'`,
      `  --data-binary @${file}`,
    ].join(' \\\n'),
  }
}

function mllpWay({ publicUrl, mllp }: Reached, id: string): Way {
  if (mllp === null)
    return {
      title: 'Over MLLP',
      note: 'MLLP is off here. Whoever runs this program turns it on with MLLP_PORT, and with MLLP_TLS_CERT and MLLP_TLS_KEY for an encrypted connection.',
      lines: [],
      command: null,
    }
  return {
    title: 'Over MLLP',
    note: mllp.tls
      ? 'The connection is encrypted (TLS). MLLP has no headers: the message itself says who it is from.'
      : 'The connection is not encrypted: use it inside a private network or a VPN only. MLLP has no headers: the message itself says who it is from.',
    lines: [
      line('Host', new URL(publicUrl).hostname),
      line('Port', String(mllp.port)),
      line('MSH-8', `${id}:<secret>`, 'in every message; it is taken out before the message is stored'),
    ],
    command: null,
  }
}
