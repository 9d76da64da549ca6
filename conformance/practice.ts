/** A running system, as `npm start` describes itself in `first-run.json`. */
export interface Target {
  url: string
  apiKey: string
}

export interface Source {
  id: string
  secret: string
}

/** A source for this run alone. What it posts is history: nobody gets a message because of a sample. */
export async function addSource({ url, apiKey }: Target, kind: 'fhir' | 'hl7v2'): Promise<Source> {
  const answer = await fetch(`${url}/api/ehr-sources`, {
    method: 'POST',
    headers: { authorization: `Bearer ${apiKey}`, 'content-type': 'application/json' },
    body: JSON.stringify({ name: `Conformance ${kind}, ${new Date().toISOString()}`, kind, status: 'loading' }),
  })
  if (answer.status !== 201) throw new Error(`${url}/api/ehr-sources answered ${answer.status}: ${await answer.text()}`)
  return (await answer.json()) as Source
}

/** Posts a file as it is. */
export async function post(target: Target, source: Source, format: 'fhir' | 'hl7v2', body: Buffer) {
  const answer = await fetch(`${target.url}/ehr/${format}`, {
    method: 'POST',
    headers: {
      'x-source-id': source.id,
      authorization: `Bearer ${source.secret}`,
      'content-type': format === 'fhir' ? 'application/fhir+json' : 'x-application/hl7-v2+er7',
    },
    body: new Uint8Array(body),
  })
  return { status: answer.status, text: await answer.text() }
}
