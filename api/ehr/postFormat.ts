import type { Request, Response } from 'express'
import type { MessageOutcome, RawMessage } from '../../db/queries/inbound/message.ts'
import type { InboundSource } from '../../db/queries/inbound/source.ts'
import type { Instant } from '../../domain/instant.ts'

/** The statuses with which a post is refused before, or instead of, being stored. */
export type RefusalStatus = 400 | 401 | 405 | 413 | 415 | 422 | 429 | 500 | 503

/** What becomes of a post: the answer, and what was stored, for the log. */
export interface PostAnswer {
  status: number
  contentType: string
  answer: Buffer
  stored: { messageId: string; outcome: MessageOutcome }[]
}

/** What differs between the formats that an EHR posts; who may post, limits and errors are the same for all. */
export interface PostFormat {
  kind: InboundSource['kind']
  /** Under `/ehr`. */
  path: string
  /** Media types that are taken, the usual ones first. */
  contentTypes: readonly string[]
  /** More than this, unpacked, is refused. */
  maxBodyBytes: number
  /** Other requests that are posts in all but name, beside `POST /`. */
  alsoTaken?: readonly { method: 'post' | 'put' | 'delete'; path: string }[]
  /** The message that a request stands for, where that is more than its body. */
  messageOf?(req: Request, body: Buffer, now: Instant): Buffer
  receive(source: InboundSource, raw: RawMessage, now: Instant): Promise<PostAnswer>
  /** Answers in the format's own words. */
  refuse(res: Response, status: RefusalStatus, text: string): void
  /** What is said to a request that is no POST. */
  onlyPost: string
}
