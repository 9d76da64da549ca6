import {
  createCipheriv,
  createDecipheriv,
  createHmac,
  createSecretKey,
  hkdfSync,
  type KeyObject,
  randomBytes,
} from 'node:crypto'

/** Keeps what must not be readable in the database: texts, addresses, secrets, raw messages. */
export interface Encryption {
  encrypt(plain: string | Uint8Array): Buffer
  /** Throws when the key is missing or a byte was changed. */
  decrypt(stored: Uint8Array): string
  decryptBytes(stored: Uint8Array): Buffer
  /** Equal for equal addresses, telling nothing else: what is stored beside an encrypted address to find it by. */
  blindIndex(address: string): string
  /** What may be stored for an address, one of each key: what it is looked for by, also while keys are changed. */
  blindIndexes(address: string): string[]
  /** What everything begins with that the first key encrypted: what begins otherwise is to be encrypted anew. */
  readonly currentHead: Buffer
  /** The keys that only decrypt. */
  readonly olderKeys: readonly string[]
}

const format = 1
const ivBytes = 12
const tagBytes = 16

/**
 * `keys` is `id:base64` of 32 bytes, several separated by commas: the first encrypts, all decrypt, so that a new key is
 * put in front and the old ones stay until `rotateKeys` has encrypted anew what they had encrypted. Throws a sentence
 * that says what is wrong with the setting, never the key.
 */
export function createEncryption(keys: string): Encryption {
  const parsed = parseKeys(keys)
  const byId = new Map(parsed.map(({ id, key }) => [id, key]))
  const [current, ...older] = parsed
  if (current === undefined) throw new Error('encryption keys: none given')
  const currentHead = headOf(current.id)
  const indexKeys = parsed.map(({ key }) =>
    createSecretKey(Buffer.from(hkdfSync('sha256', key, '', 'blind index', 32))),
  )
  const blindIndexes = (address: string) =>
    indexKeys.map((key) => createHmac('sha256', key).update(address).digest('base64url'))

  const encrypt = (plain: string | Uint8Array): Buffer => {
    const iv = randomBytes(ivBytes)
    const cipher = createCipheriv('aes-256-gcm', current.key, iv).setAAD(currentHead)
    const body = Buffer.concat([
      typeof plain === 'string' ? cipher.update(plain, 'utf8') : cipher.update(plain),
      cipher.final(),
    ])
    return Buffer.concat([currentHead, iv, cipher.getAuthTag(), body])
  }
  const decryptBytes = (stored: Uint8Array): Buffer => {
    const bytes = Buffer.from(stored)
    const idEnd = 2 + (bytes[1] ?? 0)
    if (bytes[0] !== format || bytes.length < idEnd + ivBytes + tagBytes) throw new Error('ciphertext: not one of ours')
    const id = bytes.toString('utf8', 2, idEnd)
    const key = byId.get(id)
    if (key === undefined)
      throw new Error(`ciphertext: encrypted with the key "${id}", which is not among the keys given`)
    const ivEnd = idEnd + ivBytes
    const bodyStart = ivEnd + tagBytes
    const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(idEnd, ivEnd))
    decipher.setAAD(bytes.subarray(0, idEnd)).setAuthTag(bytes.subarray(ivEnd, bodyStart))
    return Buffer.concat([decipher.update(bytes.subarray(bodyStart)), decipher.final()])
  }
  return {
    encrypt,
    decryptBytes,
    decrypt: (stored) => decryptBytes(stored).toString('utf8'),
    blindIndex: (address) => blindIndexes(address)[0] ?? '',
    blindIndexes,
    currentHead,
    olderKeys: older.map(({ id }) => id),
  }
}

/** The format's number, and the id of the key with its length. */
function headOf(keyId: string): Buffer {
  const id = Buffer.from(keyId)
  return Buffer.concat([Buffer.from([format, id.length]), id])
}

/** A new key under an id, in the form of the setting. */
export function generateEncryptionKey(id: string): string {
  return `${id}:${randomBytes(32).toString('base64')}`
}

/** As key objects: made of bytes each time, a key costs three times what it encrypts. */
function parseKeys(keys: string): { id: string; key: KeyObject }[] {
  const parsed = keys.split(',').map((entry) => {
    const [, id, text] = /^\s*([A-Za-z0-9_-]{1,32}):([A-Za-z0-9+/]{43}=)\s*$/.exec(entry) ?? []
    if (id === undefined || text === undefined)
      throw new Error(
        'encryption keys: each is an id, a colon and 32 bytes in base64, e.g. from "openssl rand -base64 32"',
      )
    return { id, key: createSecretKey(text, 'base64') }
  })
  if (new Set(parsed.map(({ id }) => id)).size !== parsed.length)
    throw new Error('encryption keys: two of them have the same id')
  return parsed
}
