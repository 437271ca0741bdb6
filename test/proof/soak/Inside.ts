/** Preloaded into the daemon that is watched: tells its heap, swept, to whoever asks over the channel between them. */
export interface Heap {
  readonly used: number
  readonly external: number
}

process.on("message", () => {
  // What a sweep would free is no leak.
  globalThis.gc?.()
  const { arrayBuffers, external, heapUsed } = process.memoryUsage()
  process.send?.({ used: heapUsed, external: external + arrayBuffers } satisfies Heap)
})
// Listening would keep the process alive.
process.channel?.unref()
