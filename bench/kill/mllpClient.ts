import { createConnection, type Socket } from 'node:net'
import { FrameReader, frameOf } from '../../api/mllp/frames.ts'

/**
 * One connection over MLLP, opened when it is needed and again after it was lost. `ask` resolves with the acknowledgement;
 * rejects when none came within `patienceMs`, or the connection broke: what became of the message is not known then.
 */
export function mllpClient(port: number, patienceMs: number) {
  let socket: Socket | null = null
  return {
    async ask(message: string): Promise<string> {
      const { promise, resolve, reject } = Promise.withResolvers<string>()
      // Nobody listens between two questions: what breaks then is heard at the next.
      const used = socket ?? createConnection({ host: '127.0.0.1', port, noDelay: true }).on('error', () => undefined)
      socket = used
      const reader = new FrameReader(1024 * 1024)
      const lost = () => reject(new Error('the connection ended before the acknowledgement'))
      const timer = setTimeout(lost, patienceMs)
      const heard = (chunk: Buffer) => {
        for (const frame of reader.push(chunk)) if (frame !== 'tooLong') resolve(frame.bytes.toString())
      }
      used.on('data', heard).once('error', lost).once('close', lost)
      if (used.destroyed) lost()
      try {
        used.write(frameOf(message))
        return await promise
      } catch (error) {
        // Its answer may still come, and would be taken for the next one's.
        used.destroy()
        socket = null
        throw error
      } finally {
        clearTimeout(timer)
        used.off('data', heard).off('error', lost).off('close', lost)
      }
    },
    close() {
      socket?.destroy()
    },
  }
}
