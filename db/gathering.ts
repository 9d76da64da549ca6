import type { Instant } from '../domain/instant.ts'

/** A statement that takes any number of rows: what is asked or written one by one in a unit of work goes together. */
export interface RowsStatement<Row> {
  /** Has it prepared once a connection. */
  name: string
  sql: string
  params(rows: readonly Row[], of: UnitOfWork): unknown[]
}

/** One whose answers say which row they are of: `place`, from 1. Rows without an answer get undefined. */
export interface AskingStatement<Row, Answer extends object> extends RowsStatement<Row> {
  /** Never there: it only ties the answer's type to the statement. */
  answer?: Answer
}

interface UnitOfWork {
  organizationId: string
  /** The clock's time when it began. */
  now: Instant
}

type Send = (text: string, params: readonly unknown[], name: string) => Promise<{ rows: object[] }>

interface Asked {
  rows: unknown[]
  settle: { resolve: (answer: object | undefined) => void; reject: (error: unknown) => void }[]
}

/**
 * Gathers rows of the same statement in a unit of work. Order is kept where it matters: whatever else is sent, and the
 * commit, comes after all that was gathered before it (`flush`), and what is asked comes after what was written.
 */
export function gathering(of: UnitOfWork, send: Send, sendUnheard: (answer: Promise<unknown>) => void) {
  const written = new Map<RowsStatement<never>, unknown[]>()
  const asked = new Map<RowsStatement<never>, Asked>()

  const flushWritten = () => {
    if (written.size === 0) return
    const all = [...written]
    written.clear()
    for (const [{ sql, params, name }, rows] of all) sendUnheard(send(sql, params(rows as never[], of), name))
  }
  const flushAsked = () => {
    if (asked.size === 0) return
    const all = [...asked]
    asked.clear()
    for (const [{ sql, params, name }, { rows, settle }] of all) {
      const answered = ({ rows: answers }: { rows: object[] }) => {
        const byPlace = new Map(answers.map((answer) => [(answer as { place?: number }).place, answer]))
        for (const [index, { resolve }] of settle.entries()) resolve(byPlace.get(index + 1))
      }
      const failed = (error: unknown) => {
        for (const { reject } of settle) reject(error)
      }
      try {
        send(sql, params(rows as never[], of), name).then(answered, failed)
      } catch (error) {
        failed(error)
      }
    }
  }
  return {
    write<Row>(statement: RowsStatement<Row>, row: Row): void {
      const rows = written.get(statement)
      if (rows === undefined) written.set(statement, [row])
      else rows.push(row)
    },
    /** Sent when whoever asks has asked for all that they ask for at once. */
    ask<Row, Answer extends object>(statement: AskingStatement<Row, Answer>, row: Row): Promise<Answer | undefined> {
      flushWritten()
      if (asked.size === 0) queueMicrotask(flushAsked)
      const group: Asked = asked.get(statement) ?? { rows: [], settle: [] }
      asked.set(statement, group)
      group.rows.push(row)
      return new Promise((resolve, reject) => {
        group.settle.push({ resolve: resolve as (answer: object | undefined) => void, reject })
      })
    },
    flush(): void {
      flushAsked()
      flushWritten()
    },
  }
}
