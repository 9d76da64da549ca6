import { relative } from 'node:path'
import type { FirstRunFile } from './firstRun.ts'

export interface Surroundings {
  url: string
  temporalUi: string | null
  firstRun: FirstRunFile | null
  dataDir: string
  logFile: string
  simulator: boolean
}

/** The last thing a start says: where to go, how to get in, what to try. */
export function welcome({ url, temporalUi, firstRun, dataDir, logFile, simulator }: Surroundings): string {
  const shown = (path: string) => relative('.', path) || '.'
  const login = firstRun
    ? `${firstRun.admin.email}  password ${firstRun.admin.password}`
    : 'with the account that the first start made'
  const rows = [
    ['Open', url],
    ['Sign in', login],
    ['Temporal Web', temporalUi ?? 'where your Temporal server has it'],
    ['API', `${url}/docs, its key in ${shown(dataDir)}/first-run.json`],
    ['Log', shown(logFile)],
  ]
  const first = [
    `Open ${url}/actions/new and write a message that goes out some minutes before a visit.`,
    `Post an appointment as the EHR would: "A first message" in README.md has the lines to copy.`,
    simulator
      ? `Look at ${url}/simulator: the message arrives on the patient's simulated phone. Answer it.`
      : `Look at ${url}/deliveries: each message says why it was sent, or not.`,
  ]
  return [
    '',
    'Custom actions is ready.',
    '',
    ...rows.map(([name = '', value]) => `  ${name.padEnd(14)}${value}`),
    '',
    'Try first:',
    ...first.map((line, index) => `  ${index + 1}. ${line}`),
    '',
    'Ctrl-C stops it; the next npm start goes on where it was.',
  ].join('\n')
}
