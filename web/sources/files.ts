import type { EhrFileState } from '../../db/entities/ehrFile.ts'
import type { EhrFileView } from '../../db/queries/inbound/files/views.ts'
import type { Instant, Zone } from '../../domain/instant.ts'
import type { StatusMark } from '../words/status.ts'
import { writtenOut } from '../words/time.ts'

const marks: Record<EhrFileState, StatusMark> = {
  receiving: { word: 'Arriving', icon: 'sending', tone: 'calm', meaning: 'Not all of it has come.' },
  waiting: { word: 'Waiting', icon: 'waiting', tone: 'calm', meaning: 'It is imported in its turn.' },
  running: { word: 'Importing', icon: 'sending', tone: 'calm', meaning: 'Rows are being read.' },
  held: { word: 'Held', icon: 'unknown', tone: 'warn', meaning: 'It has shrunk: somebody has to decide.' },
  done: { word: 'Imported', icon: 'delivered', tone: 'good', meaning: 'All rows are done.' },
  refused: { word: 'Refused', icon: 'failed', tone: 'bad', meaning: 'It cannot be read by its layout.' },
  rejected: { word: 'Rejected', icon: 'skipped', tone: 'calm', meaning: 'Somebody decided against it.' },
  cancelled: { word: 'Cancelled', icon: 'skipped', tone: 'calm', meaning: 'Somebody ended it.' },
  failed: { word: 'Failed', icon: 'failed', tone: 'bad', meaning: 'Through a mistake of ours.' },
}
const under: readonly EhrFileState[] = ['receiving', 'waiting', 'running']
const phaseWords = {
  reading: 'Counting its rows',
  applying: 'Reading its rows',
  absences: 'Cancelling what it no longer has',
} as const

/** One file of a source, and what a person may do about it. */
export function fileRow(file: EhrFileView, zone: Zone, now: Instant) {
  const { state, phase, position, rows, applied, unchanged, rejected, absent, alarm } = file
  const isRunning = state === 'running'
  return {
    id: file.id,
    name: file.name,
    layout: file.layout,
    size: sizeOf(file.bytes),
    received: writtenOut(Date.parse(file.receivedAt), zone, now),
    mark: marks[state],
    isUnderWay: under.includes(state),
    progress: isRunning ? { phase: phaseWords[phase], position, rows } : null,
    counts: [
      counted(applied, 'changed something'),
      counted(unchanged, 'changed nothing'),
      counted(rejected, 'not taken'),
      counted(absent, 'cancelled because missing'),
    ].filter((text) => text !== null),
    rejects: rejected > 0 ? `/api/ehr-files/${file.id}/rejects` : null,
    reasons: file.reasons.slice(0, 5).map(({ path, message }) => `${path === 'file' ? 'It' : `“${path}”`} ${message}`),
    alarm: alarm && { before: alarm.before, now: alarm.now, isOfRows: alarm.what === 'rows' },
    isHeld: state === 'held',
    mayCancel: state === 'waiting' || isRunning,
    mayReplay: (['done', 'refused', 'rejected', 'cancelled', 'failed'] as EhrFileState[]).includes(state),
    error: state === 'failed' ? file.lastError : null,
  }
}

function counted(count: number, what: string): string | null {
  return count === 0 ? null : `${count.toLocaleString('en-US')} ${what}`
}

function sizeOf(bytes: number): string {
  const steps = ['bytes', 'KB', 'MB', 'GB']
  let size = bytes
  while (size >= 1024 && steps.length > 1) {
    size /= 1024
    steps.shift()
  }
  return `${size < 10 && steps[0] !== 'bytes' ? size.toFixed(1) : Math.round(size)} ${steps[0]}`
}
