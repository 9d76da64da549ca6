/** What is wrong with the database from the outside, in one sentence with the way out. Carries no password. */
export class DatabaseProblem extends Error {
  override name = 'DatabaseProblem'
}

interface PgFailure {
  code?: string
  message?: string
  errors?: readonly PgFailure[]
}

/** Says in one sentence why a connection to `url` failed; what is no connection problem comes back as it is. */
export function explainFailure(url: string, error: unknown): unknown {
  const failure = error as PgFailure
  const code = failure?.code ?? failure?.errors?.[0]?.code
  const place = describe(url)
  const sentence = sentenceFor(code, failure?.message ?? '', place)
  return sentence === null ? error : new DatabaseProblem(sentence, { cause: error })
}

/** Refuses what is no Postgres URL before anything connects. */
export function checkUrl(url: string): void {
  let protocol: string
  try {
    protocol = new URL(url).protocol
  } catch {
    throw new DatabaseProblem(
      'The database URL cannot be read: it looks like postgresql://user:password@host:5432/name',
    )
  }
  if (protocol !== 'postgresql:' && protocol !== 'postgres:')
    throw new DatabaseProblem(
      `The database URL begins with ${protocol}: only Postgres works, postgresql://user:password@host:5432/name`,
    )
}

interface Place {
  server: string
  user: string
  name: string
}

function describe(url: string): Place {
  const { hostname, port, username, pathname, searchParams } = new URL(url)
  return {
    server:
      hostname === '' ? (searchParams.get('host') ?? 'the local socket') : `${hostname}:${port === '' ? 5432 : port}`,
    user: decodeURIComponent(username),
    name: decodeURIComponent(pathname.slice(1)),
  }
}

function sentenceFor(code: string | undefined, message: string, { server, user, name }: Place): string | null {
  switch (code) {
    case 'ECONNREFUSED':
      return `No Postgres answers at ${server}: start it there, or correct DATABASE_URL`
    case 'ENOTFOUND':
    case 'EAI_AGAIN':
      return `The host of ${server} is not known: correct DATABASE_URL`
    case 'ETIMEDOUT':
    case 'EHOSTUNREACH':
    case 'ENETUNREACH':
      return `Postgres at ${server} does not answer: check the network between here and there, or correct DATABASE_URL`
    case '28P01':
    case '28000':
      return `Postgres at ${server} refuses the user "${user}": correct the user or password in DATABASE_URL`
    case '3D000':
      return `Postgres at ${server} has no database "${name}": create it (createdb ${name}), or correct DATABASE_URL`
    case '22023':
      return message.includes('role')
        ? `The role custom_actions_app does not exist at ${server}: run the migrations first (MIGRATION_DATABASE_URL)`
        : null
    case '42501':
      return message.includes('set role')
        ? `The user "${user}" may not become custom_actions_app at ${server}: grant custom_actions_app to "${user}"`
        : null
    case '53300':
      return `Postgres at ${server} has no connection left: raise max_connections or use a smaller pool`
    case '57P03':
      return `Postgres at ${server} is starting or stopping: try again in a moment`
    case undefined:
      return /timeout|terminated unexpectedly/i.test(message)
        ? `Postgres at ${server} does not answer: check that a Postgres server listens there, or correct DATABASE_URL`
        : null
    default:
      return null
  }
}
