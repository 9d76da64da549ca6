/** A message as the fake keeps it. */
export type FakeMessage = {
  sid: string
  to: string
  from: string | null
  messagingServiceSid: string | null
  body: string
  statusCallback: string | null
  validityPeriod: number | null
  status: string
  errorCode: number | null
  createdAt: number
}

export function fakeMessage(form: Record<string, string>, createdAt: number, number: number): FakeMessage {
  return {
    sid: `SM${number.toString(16).padStart(32, '0')}`,
    to: form['To'] ?? '',
    from: form['From'] ?? null,
    messagingServiceSid: form['MessagingServiceSid'] ?? null,
    body: form['Body'] ?? '',
    statusCallback: form['StatusCallback'] ?? null,
    validityPeriod: form['ValidityPeriod'] ? Number(form['ValidityPeriod']) : null,
    status: 'queued',
    errorCode: null,
    createdAt,
  }
}

/** The list's filters, as the API reads them. */
export function isListed(message: FakeMessage, query: Record<string, unknown>): boolean {
  const after = query['DateSent>']
  const before = query['DateSent<']
  return (
    (query['To'] === undefined || query['To'] === message.to) &&
    (query['From'] === undefined || query['From'] === message.from) &&
    (after === undefined || message.createdAt >= Date.parse(String(after))) &&
    (before === undefined || message.createdAt <= Date.parse(String(before)))
  )
}

/** The message as the API writes it: snake case, dates of RFC 2822. */
export function wireForm(message: FakeMessage, accountSid: string) {
  const date = new Date(message.createdAt).toUTCString().replace('GMT', '+0000')
  return {
    account_sid: accountSid,
    api_version: '2010-04-01',
    body: message.body,
    date_created: date,
    date_sent: message.status === 'queued' ? null : date,
    date_updated: date,
    direction: 'outbound-api',
    error_code: message.errorCode,
    error_message: null,
    from: message.from,
    messaging_service_sid: message.messagingServiceSid,
    num_media: '0',
    num_segments: '1',
    price: null,
    price_unit: 'USD',
    sid: message.sid,
    status: message.status,
    subresource_uris: {},
    to: message.to,
    uri: `/2010-04-01/Accounts/${accountSid}/Messages/${message.sid}.json`,
  }
}
