import express, { type RequestHandler, type Response } from 'express'
import type { PostFormat } from './postFormat.ts'

const megabyte = 1024 * 1024

/**
 * Reads a body of at most so many bytes, unpacked. What is larger is refused as soon as that is known: by the length
 * that it says, else when more has come. What still comes of it is thrown away, and never kept.
 */
export function readBody(maxBytes: number, refuse: PostFormat['refuse']): RequestHandler[] {
  const tooLarge = (res: Response) => refuse(res, 413, tooLargeText(maxBytes))
  const watch: RequestHandler = (req, res, next) => {
    if (Number(req.get('content-length') ?? 0) > maxBytes) return tooLarge(res)
    let read = 0
    const count = (chunk: Buffer) => {
      read += chunk.length
      if (read <= maxBytes) return
      req.off('data', count)
      tooLarge(res)
    }
    req.on('data', count)
    next()
  }
  return [watch, express.raw({ type: () => true, limit: maxBytes })]
}

export function tooLargeText(maxBytes: number): string {
  return `The body is larger than ${maxBytes / megabyte} MB, the most that is taken: send several messages`
}
