import type { Request, Response } from 'express'
import type { MessageOutcome, RawMessage } from '../../db/queries/inbound/message.ts'
import type { InboundSource } from '../../db/queries/inbound/source.ts'
import type { Instant } from '../../domain/instant.ts'
import type { KnownSource } from './knownSources.ts'

/** The statuses with which a post is refused before, or instead of, being stored. */
export type RefusalStatus = 400 | 401 | 405 | 413 | 415 | 422 | 429 | 500 | 503

/** What becomes of a post: the answer, and what was stored, for the log. */
export interface PostAnswer {
  status: number
  contentType: string
  answer: Buffer
  stored: { messageId: string; outcome: MessageOutcome }[]
}

/** What differs between all that an EHR posts; who may post, limits and errors are the same. */
interface AnyFormat {
  kind: InboundSource['kind']
  /** Under `/ehr`. */
  path: string
  /** Media types that are taken, the usual ones first. */
  contentTypes: readonly string[]
  /** More than this, unpacked, is refused. */
  maxBodyBytes: number
  /** Answers in the format's own words. */
  refuse(res: Response, status: RefusalStatus, text: string): void
  /** What is said to a request that is no POST. */
  onlyPost: string
}

/** A format whose messages fit into memory, each as a whole. */
export interface PostFormat extends AnyFormat {
  /** Other requests that are posts in all but name, beside `POST /`. */
  alsoTaken?: readonly { method: 'post' | 'put' | 'delete'; path: string }[]
  /** The message that a request stands for, where that is more than its body. */
  messageOf?(req: Request, body: Buffer, now: Instant): Buffer
  /** Why a request that is proven by the signature of its body alone is none; null: it is. */
  unprovenBySignature?(req: Request): string | null
  receive(source: InboundSource, raw: RawMessage, now: Instant): Promise<PostAnswer>
}

/** A format whose messages are taken as they come, however large. */
export interface StreamFormat extends AnyFormat {
  /** Content-Encodings that are taken. */
  encodings: readonly string[]
  /** Throws `WrongSignature` when the body, now that it is known, was not the source's. */
  receiveStream(source: KnownSource, req: Request, now: Instant): Promise<PostAnswer>
  /** What an error of its own is answered with; null: it is none of its own. */
  refusalOf(error: unknown): { status: RefusalStatus; text: string } | null
}
