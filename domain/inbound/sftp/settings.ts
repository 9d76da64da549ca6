import * as z from 'zod'
import { matchesPattern } from '../namePattern.ts'

// A path or name that a terminal or a log would be fooled by is a slip, never meant.
const noControls = /^[^\p{Cc}]*$/u

const folder = (what: string) =>
  z
    .string()
    .trim()
    .min(1, `${what} is a path on the server, as in /outbox; a dot is where the user begins`)
    .max(500, `${what} has at most 500 characters`)
    .regex(noControls, `${what} has to be without line breaks and other control characters`)
    .refine((path) => !path.split('/').includes('..'), `${what} has to be written out, without ..`)

/** `SHA256:` and 43 characters, as `ssh-keygen -l` and WinSCP show it; padding is left out as they do. */
const fingerprint = z
  .string()
  .trim()
  .overwrite((text) => text.replace(/=+$/, ''))
  .regex(
    /^SHA256:[A-Za-z0-9+/]{43}$/,
    'the fingerprint of the host key is SHA256: and 43 characters, as ssh-keygen -l shows it; older MD5 ones (pairs with colons) are not taken',
  )

const afterwards = z.discriminatedUnion(
  'action',
  [
    z.strictObject({ action: z.literal('leave') }),
    z.strictObject({ action: z.literal('move'), folder: folder('the folder to move files to') }),
    z.strictObject({ action: z.literal('delete') }),
  ],
  'what becomes of a file that is stored here is { "action": "leave" }, { "action": "move", "folder": … } or { "action": "delete" }',
)

/** Where a practice's files are fetched from, and how (Inbound: files). */
export const sftpSettingsSchema = z
  .strictObject({
    host: z
      .string()
      .trim()
      .min(1, 'the name or address of the SFTP server')
      .max(253, 'a host has at most 253 characters')
      .regex(
        /^$|^([A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?)(\.[A-Za-z0-9_]([A-Za-z0-9_-]*[A-Za-z0-9_])?)*\.?$|^[0-9A-Fa-f:.]+$/,
        'a host is a name or an address alone, as in sftp.example.com: no sftp://, no port, no path',
      ),
    port: z
      .int('a port is a whole number, usually 22')
      .min(1, 'ports begin at 1, and SFTP is usually at 22')
      .max(65_535, 'ports end at 65535')
      .default(22),
    user: z
      .string()
      .min(1, 'the user that the server knows us by')
      .max(200, 'a user has at most 200 characters')
      .regex(noControls, 'a user has to be without line breaks and other control characters'),
    folder: folder('the folder').default('.'),
    /** Of names, without the folder: `*` any characters, `?` one. */
    pattern: z
      .string()
      .trim()
      .min(1, 'a pattern of names, as in appointments-*.csv; *.csv takes all of them')
      .max(200, 'a pattern has at most 200 characters')
      .regex(/^[^/\\]*$/, 'a pattern is of names alone: subfolders are not looked into')
      .regex(noControls, 'a pattern has to be without line breaks and other control characters')
      .default('*.csv'),
    everyMinutes: z
      .int('whole minutes between two looks')
      .min(1, 'at most once a minute')
      .max(10_080, 'at least once a week (10080 minutes)')
      .default(15),
    /** null: not confirmed yet, and nothing is sent to the server, the password least of all. */
    hostKeyFingerprint: fingerprint.nullable().default(null),
    afterwards: afterwards.default({ action: 'leave' }),
  })
  .superRefine((settings, context) => {
    if (settings.afterwards.action !== 'move') return
    if (bare(folderAfterwards(settings, settings.afterwards.folder)) === bare(settings.folder))
      context.addIssue({
        code: 'custom',
        path: ['afterwards', 'folder'],
        message: 'files have to be moved to another folder than the one they are fetched from',
      })
  })
export type SftpSettings = z.output<typeof sftpSettingsSchema>

/** The path of a name in a folder of the server. */
export function pathIn(folder: string, name: string): string {
  return `${folder.replace(/\/+$/, '')}/${name}`
}

/** Where files go afterwards: a path from the root when it begins with a slash, else inside the folder they came from. */
export function folderAfterwards({ folder }: Pick<SftpSettings, 'folder'>, target: string): string {
  return target.startsWith('/') ? target : pathIn(folder, target)
}

const bare = (path: string) =>
  path
    .split('/')
    .filter((part, index) => (part === '' ? index === 0 : part !== '.'))
    .join('/')

/** How we prove ourselves to the server: written over the API, never shown. */
export const sftpCredentialsSchema = z
  .strictObject({
    password: z.string().min(1, 'an empty password is none: leave it out').max(1_000).optional(),
    privateKey: z
      .string()
      .trim()
      .max(20_000, 'a private key has at most 20,000 characters')
      .regex(
        /^(-----BEGIN [A-Z0-9 ]*PRIVATE KEY-----|PuTTY-User-Key-File-\d:)[\s\S]+$/,
        'a private key is the whole text of its file, from -----BEGIN … PRIVATE KEY----- to the end; a public key (ssh-ed25519 …) belongs on the server',
      )
      .overwrite((text) => `${text}\n`)
      .optional(),
    passphrase: z.string().min(1, 'an empty passphrase is none: leave it out').max(1_000).optional(),
  })
  .superRefine(({ password, privateKey, passphrase }, context) => {
    if (password === undefined && privateKey === undefined)
      context.addIssue({ code: 'custom', path: [], message: 'a password or a private key is needed' })
    if (passphrase !== undefined && privateKey === undefined)
      context.addIssue({ code: 'custom', path: ['passphrase'], message: 'a passphrase opens a private key: give both' })
  })
export type SftpCredentials = z.output<typeof sftpCredentialsSchema>

/** Whether a name is one that these settings ask for. */
export function isWanted(name: string, { pattern }: Pick<SftpSettings, 'pattern'>): boolean {
  return matchesPattern(name, pattern)
}
