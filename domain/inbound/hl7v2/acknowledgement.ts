import type { Instant } from '../../instant.ts'
import type { InboundReason } from '../reason.ts'
import type { Hl7Header } from './header.ts'

/** AA: stored. AE: could not be stored now, send it again. AR: never taken, sending again is no use (Inbound: ACK). */
export type AcknowledgementCode = 'AA' | 'AE' | 'AR'

const maxErrors = 10

/** The answer to a message, ready for the wire. Without a header that could be read it goes to nobody by name. */
export function acknowledge(
  header: Hl7Header | null,
  code: AcknowledgementCode,
  id: string,
  now: Instant,
  reasons: readonly InboundReason[] = [],
): string {
  const time = `${new Date(now).toISOString().replaceAll(/[-:T]/g, '').slice(0, 14)}+0000`
  const trigger = header?.trigger ? `ACK^${escapeText(header.trigger)}^ACK` : 'ACK'
  const [first] = reasons
  const names = header
    ? [header.receivingApplication, header.receivingFacility, header.sendingApplication, header.sendingFacility]
    : ['', '', '', '']
  const version = /^2\.\d(\.\d)?$/.test(header?.version ?? '') ? (header as Hl7Header).version : '2.5'
  const processing = header?.processingId ?? 'P'
  const msh = ['MSH', '^~\\&', ...names.map(escapeText), time, '', trigger, id, processing, version]
  const msa = ['MSA', code, escapeText(header?.controlId ?? '')]
  if (code !== 'AA' && first) msa.push(escapeText(first.message).slice(0, 80))
  const err = reasons.slice(0, maxErrors).map(errorSegment)
  return `${[msh.join('|'), msa.join('|'), ...err].join('\r')}\r`
}

/** ERR-2 where, ERR-3 a code of table 0357, ERR-4 how bad, ERR-8 in words. */
function errorSegment({ severity, code, path, message }: InboundReason): string {
  const [segment = '', field = ''] = path.split('-')
  const [name, sequence = '1'] = segment.replace(')', '').split('(')
  const number =
    { missing: '101', wrongType: '102', unknownCode: '103', unsupportedResource: '200' }[code as string] ?? '207'
  const location = [name, sequence, field].join('^').replace(/\^+$/, '')
  return ['ERR', '', location, number, severity === 'error' ? 'E' : 'W', '', '', '', escapeText(message)].join('|')
}

/** With the standard delimiters, which every answer uses. */
export function escapeText(text: string): string {
  return text
    .replaceAll('\\', '\\E\\')
    .replaceAll('|', '\\F\\')
    .replaceAll('^', '\\S\\')
    .replaceAll('&', '\\T\\')
    .replaceAll('~', '\\R\\')
    .replaceAll(/[\r\n]+/g, ' ')
}
