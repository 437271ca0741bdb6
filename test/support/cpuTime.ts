/** Milliseconds that this thread has worked: a busy machine makes a piece of work longer, and no larger. */
export const cpuMillis = (): number => {
  const { system, user } = process.threadCpuUsage()
  return (system + user) / 1_000
}
