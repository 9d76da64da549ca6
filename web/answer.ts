import type { Section } from './nav.ts'
import type { Notice } from './notice.ts'

/** What a page's handler decides; sent only after its transaction has been committed. */
export type Answer =
  | {
      view: string
      title: string
      section: Section
      model: Record<string, unknown>
      status?: number
      /** Shown at once instead of after a redirect. */
      notice?: Notice
    }
  /** A part of a page, asked for by htmx. */
  | { partial: string; model: Record<string, unknown> }
  /** htmx asked, and nothing on its page has to change. */
  | { nothing: true }
  | { redirect: string; notice?: Notice }

/** What takes longer than a transaction may stay open, such as asking another server: done after its commit. */
export interface Later {
  later: () => Promise<Answer>
}

/** A path of ours to go back to; anything else, which a link from outside could carry, becomes `fallback`. */
export function localPath(value: unknown, fallback: string): string {
  return typeof value === 'string' && /^\/(?![/\\])[\x21-\x7e]*$/.test(value) && value.length <= 1000 ? value : fallback
}

/** The query of a path of ours. */
export function queryOf(path: string): Record<string, string> {
  return Object.fromEntries(new URL(path, 'http://here').searchParams)
}
