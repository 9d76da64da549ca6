import type { Tx } from '../db/orm.ts'
import { noteFinished, noteStored, readKnownFiles, rememberFiles } from '../db/queries/inbound/files/sftpFiles.ts'
import { defaultMaxFileBytes, FileTooLarge, storeFile } from '../db/queries/inbound/files/storeFile.ts'
import { PullFailed } from '../domain/inbound/pull/failed.ts'
import { type Choice, chooseFiles, type ListedFile, settleMs } from '../domain/inbound/sftp/choose.ts'
import { pathIn, type SftpSettings } from '../domain/inbound/sftp/settings.ts'
import { type Instant, minuteMs } from '../domain/instant.ts'
import { readSftpCredentials } from '../ehr/sftp/credentials.ts'
import { FileFailed } from '../ehr/sftp/failures.ts'
import { finishFile } from '../ehr/sftp/finish.ts'
import { maxListed } from '../ehr/sftp/listing.ts'
import { openSftp, type SftpSession } from '../ehr/sftp/session.ts'
import { wholeFile } from '../ehr/sftp/wholeFile.ts'
import type { ActivityDeps } from './deps.ts'
import type { PullEnd, Puller, PullTurn } from './puller.ts'

interface Fetch {
  deps: ActivityDeps
  turn: PullTurn
  settings: SftpSettings
  session: SftpSession
  inSource: <T>(work: (tx: Tx) => Promise<T>) => Promise<T>
}

/**
 * Fetches the new files of a source's folder, the oldest first, each stored whole before the next (Inbound: files). A
 * file that cannot be had stops no other; a connection that ends does, and the next turn goes on with that file.
 */
export const pullSftp: Puller = async (deps, turn) => {
  const { source, credentials } = turn.taken
  const settings = source.settings.sftp
  if (settings === null) throw new PullFailed('notConfigured', 'The settings do not say where to fetch files from.')
  const session = await openSftp(settings, readSftpCredentials(credentials), {
    signal: turn.signal,
    network: deps.network,
  })
  const inSource = <T>(work: (tx: Tx) => Promise<T>) => deps.database.inOrganization(source.organizationId, work)
  try {
    return await fetchFiles({ deps, turn, settings, session, inSource })
  } finally {
    await session.close()
  }
}

async function fetchFiles(fetch: Fetch): Promise<PullEnd> {
  const { deps, turn, settings, session } = fetch
  const choice = await look(fetch, await session.list(settings.folder, maxListed))
  const failures = choice.tooLarge.length > 0 ? [tooLarge(deps, choice.tooLarge.length)] : []
  for (const file of choice.finish) await collect(fetch, failures, () => finish(fetch, file))
  for (const file of choice.take) {
    // The next turn goes on, after the others had theirs.
    if (deps.clock() >= turn.until) return { nextAt: turn.now, failed: failures[0] ?? null }
    await collect(fetch, failures, () => take(fetch, file))
  }
  return { nextAt: nextLook(turn.now, settings, choice), failed: failures[0] ?? null }
}

/** A file that may still be growing is looked at again soon, however seldom the source is asked otherwise. */
function nextLook(now: Instant, { everyMinutes }: SftpSettings, { waiting }: Choice): Instant {
  const everyMs = everyMinutes * minuteMs
  return now + (waiting.length > 0 ? Math.min(settleMs, everyMs) : everyMs)
}

function look({ deps, turn, settings, inSource }: Fetch, listed: readonly ListedFile[]): Promise<Choice> {
  const { id, version } = turn.taken.source
  const { maxFileBytes: maxBytes = defaultMaxFileBytes } = deps
  return inSource(async (tx) => {
    const context = { settings, version, maxBytes, now: turn.now }
    const choice = chooseFiles(listed, await readKnownFiles(tx, id), context)
    await rememberFiles(tx, id, choice.known, turn.now)
    return choice
  })
}

async function take(fetch: Fetch, file: ListedFile): Promise<void> {
  const { deps, turn, settings, session, inSource } = fetch
  const { source } = turn.taken
  const now = deps.clock()
  const arriving = {
    name: file.name,
    body: wholeFile(session, pathIn(settings.folder, file.name), file),
    // Some servers tell no times.
    modifiedAt: file.modifiedAt > 0 ? file.modifiedAt : null,
  }
  const { outcome } = await storeFile(deps, source, arriving, now)
  const refusedBy = outcome === 'refused' ? source.version : null
  await inSource((tx) => noteStored(tx, source.id, file.name, { now, refusedBy }))
  if (refusedBy === null) await finish(fetch, file)
}

async function finish({ turn, settings, session, inSource }: Fetch, file: ListedFile): Promise<void> {
  if (settings.afterwards.action === 'leave') return
  await finishFile(session, settings, file)
  await inSource((tx) => noteFinished(tx, turn.taken.source.id, file.name))
}

/** Goes on after what concerns one file alone. What mends itself, a file that grows or is gone, is no failure. */
async function collect({ deps }: Fetch, failures: PullFailed[], work: () => Promise<void>): Promise<void> {
  try {
    await work()
  } catch (error) {
    if (error instanceof FileTooLarge) failures.push(tooLarge(deps, 1))
    else if (error instanceof PullFailed && ofOneFile.has(error.code)) failures.push(error)
    else if (!(error instanceof FileFailed)) throw error
    else if (error.code === 'forbidden' || error.code === 'refused') failures.push(unreadable)
  }
}

const ofOneFile: ReadonlySet<string> = new Set(['sftpCannotMove', 'sftpCannotDelete'])

// Names of files may be names of patients: they are in the list of files, not in errors.
const unreadable = new PullFailed(
  'sftpFileRefused',
  'The server lists at least one file that it does not let us read: give this user the right to, or leave it out by the pattern. The others were fetched.',
)

function tooLarge({ maxFileBytes = defaultMaxFileBytes }: Fetch['deps'], count: number): PullFailed {
  const most = `${Math.floor(maxFileBytes / 1024 ** 2)} MB`
  return new PullFailed(
    'sftpFileTooLarge',
    `${count} of the files ${count === 1 ? 'is' : 'are'} larger than ${most}, the most that is taken: send several. The others were fetched.`,
  )
}
