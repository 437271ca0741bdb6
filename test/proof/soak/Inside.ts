/** Preloaded into the watched daemon: reports its heap after garbage collection on request over the IPC channel. */
export interface Heap {
  readonly used: number
  readonly external: number
}

process.on("message", () => {
  // Memory that a collection would free is no leak.
  globalThis.gc?.()
  const { arrayBuffers, external, heapUsed } = process.memoryUsage()
  process.send?.({ used: heapUsed, external: external + arrayBuffers } satisfies Heap)
})
// A listening channel would keep the process alive.
process.channel?.unref()
