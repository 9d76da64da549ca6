declare global {
  var stopTestServers: (() => Promise<void>) | undefined
}

export default async function globalTeardown(): Promise<void> {
  await globalThis.stopTestServers?.()
}
