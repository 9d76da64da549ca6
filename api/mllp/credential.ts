/** Who a message says it is from, and the message without saying so. */
export interface Credential {
  sourceId: string
  secret: string
}

/**
 * MLLP has no headers: a sender proves who it is in MSH-8 (Security), as `source id:secret`. The field is emptied in
 * every message, because what is stored is shown to admins. Bytes stay as they are: the character set is not known yet.
 */
export function takeCredential(message: Buffer): { credential: Credential | null; message: Buffer } {
  let credential: Credential | null = null
  const text = message
    .toString('latin1')
    .replaceAll(/(^|[\r\n])[^\S\r\n]*(MSH[^\r\n]*)/gi, (line, before: string, msh: string) => {
      const fields = msh.split(msh[3] ?? '|')
      const said = /^\s*([0-9a-f-]{36}):(\S+)\s*$/i.exec(fields[7] ?? '')
      if (!said) return line
      credential ??= { sourceId: said[1] as string, secret: said[2] as string }
      fields[7] = ''
      return before + fields.join(msh[3])
    })
  return { credential, message: credential === null ? message : Buffer.from(text, 'latin1') }
}
