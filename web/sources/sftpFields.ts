import type { Section } from './fields.ts'

/** Where files are fetched from, for a practice whose EHR only exports them. */
export const sftpSections: readonly Section[] = [
  {
    id: 'sftp',
    title: 'Fetching from an SFTP server',
    help: 'New files of a folder are fetched as soon as they no longer grow, and imported as if they had been uploaded.',
    switch: { path: 'sftp', label: 'Fetch files from an SFTP server', off: null },
    isTried: true,
    fields: [
      { path: 'sftp.host', control: 'text', label: 'Host', placeholder: 'sftp.example.org' },
      { path: 'sftp.port', control: 'number', label: 'Port', initial: ['22'] },
      { path: 'sftp.user', control: 'text', label: 'User' },
      {
        path: 'credentials.password',
        control: 'secret',
        label: 'Password',
        help: 'A password or a key is enough. Both are kept encrypted, and never shown; typing one replaces what is stored.',
      },
      { path: 'credentials.privateKey', control: 'secretText', label: 'Private key' },
      { path: 'credentials.passphrase', control: 'secret', label: 'Passphrase of the key' },
      {
        path: 'sftp.hostKeyFingerprint',
        control: 'text',
        label: 'Fingerprint of the server’s host key',
        placeholder: 'SHA256:…',
        emptyIsNull: true,
        help: 'Test the connection to see it, and compare it with what the server’s operator says. Until it stands here nothing is sent there, the password least of all.',
      },
      {
        path: 'sftp.folder',
        control: 'text',
        label: 'Folder',
        initial: ['.'],
        help: 'A dot is where the user begins.',
      },
      {
        path: 'sftp.pattern',
        control: 'text',
        label: 'Files called',
        initial: ['*.csv'],
        help: 'An asterisk stands for any characters.',
      },
      { path: 'sftp.everyMinutes', control: 'number', label: 'Minutes between two looks', initial: ['15'] },
      {
        path: 'sftp.afterwards.action',
        restarts: 'sftp.afterwards',
        control: 'choice',
        label: 'A file that is stored here',
        options: [
          { value: 'leave', label: 'stays where it is' },
          { value: 'move', label: 'is moved to another folder' },
          { value: 'delete', label: 'is deleted there' },
        ],
        initial: ['leave'],
      },
      {
        path: 'sftp.afterwards.folder',
        control: 'text',
        label: 'That folder',
        placeholder: 'done',
        when: { path: 'sftp.afterwards.action', is: 'move' },
      },
    ],
  },
]
