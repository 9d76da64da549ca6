import { ApplicationFailure } from '@temporalio/common'
import type { ActivityInboundCallsInterceptor } from '@temporalio/worker'

/**
 * The code of an error, without its text: a database's message can quote a patient's name. Node's and Postgres' errors
 * carry `code`, others are known by their name; told by property, because realms differ.
 */
export function errorCode(error: unknown): string {
  if (typeof error !== 'object' || error === null) return 'unknownError'
  const { code, name, type, cause } = error as { code?: unknown; name?: unknown; type?: unknown; cause?: unknown }
  for (const candidate of [code, type]) if (isCode(candidate)) return candidate
  if (cause !== undefined && cause !== error) {
    const inner = errorCode(cause)
    if (inner !== 'unknownError' && inner !== 'Error') return inner
  }
  return isCode(name) ? name : 'unknownError'
}

function isCode(value: unknown): value is string {
  return typeof value === 'string' && /^[A-Za-z0-9_]{2,60}$/.test(value)
}

/** Whatever leaves an activity, local ones included, leaves as a code: histories are read by operators. */
export function codesOnly(report: (code: string, activity: string, attempt: number) => void) {
  return (context: {
    info: { activityType: string; attempt: number }
  }): { inbound: ActivityInboundCallsInterceptor } => ({
    inbound: {
      async execute(input, next) {
        try {
          return await next(input)
        } catch (error) {
          if ((error as { name?: unknown }).name === 'CompleteAsyncError') throw error
          const code = errorCode(error)
          report(code, context.info.activityType, context.info.attempt)
          const failure = ApplicationFailure.create({ message: code, type: code })
          failure.stack = ''
          throw failure
        }
      },
    },
  })
}
