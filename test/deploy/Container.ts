/** What the Dockerfile made, run as a container would be: its own environment, its own user, its own health check. */
import { readFile } from "node:fs/promises"
import { createServer } from "node:net"
import { Effect, Schedule } from "effect"
import type { Image } from "./Build.ts"
import type { Running } from "./Dockerfile.ts"
import { Failed, run, start } from "./Process.ts"

/** Another name of this machine for itself: who listens at 127.0.0.1 alone does not answer there. */
const outside = "127.0.0.2"

export const launch = Effect.fn("Container.launch")(function* (
  image: Image,
  running: Running,
  env: Readonly<Record<string, string>>
) {
  const port = yield* freePort
  const place = { ...image, env: { ...image.env, ...env, PORT: String(port) } }
  yield* Effect.flip(run(running.healthcheck, place)).pipe(
    Effect.mapError(() => new Failed({ message: "The health check succeeds where nothing runs." }))
  )
  const daemon = yield* start([...running.entrypoint, ...running.command], place)
  const early = daemon.ended.pipe(
    Effect.zip(daemon.printed),
    Effect.flatMap(([code, text]) => new Failed({ message: `It ended with ${code} before it was healthy:\n${text}` }))
  )
  const [startup] = yield* run(running.healthcheck, place).pipe(
    Effect.retry({ schedule: Schedule.spaced("50 millis") }),
    Effect.timeoutOrElse({
      duration: "30 seconds",
      orElse: () =>
        Effect.flatMap(daemon.printed, (text) => new Failed({ message: `It is not healthy after 30 s:\n${text}` }))
    }),
    Effect.raceFirst(early),
    Effect.timed
  )

  const request = (path: string, init: RequestInit) =>
    Effect.tryPromise({
      try: async (signal) => {
        const response = await fetch(`http://${outside}:${port}${path}`, { ...init, signal })
        if (!response.ok) throw new Error(`${response.status} ${await response.text()}`)
        const body: unknown = await response.json()
        return body
      },
      catch: (cause) => new Failed({ message: `${path}: ${cause instanceof Error ? cause.message : cause}` })
    })

  /** `Name` of the kernel's own account of it. */
  const status = (name: string) =>
    Effect.map(
      Effect.promise(() => readFile(`/proc/${daemon.pid}/status`, "utf8")),
      (text) => Number.parseInt(new RegExp(`^${name}:\\s+(\\d+)`, "m").exec(text)?.[1] ?? "", 10)
    )

  return { ...daemon, startup, request, uid: status("Uid"), peakBytes: Effect.map(status("VmHWM"), (kb) => kb * 1024) }
})

const freePort = Effect.callback<number>((resume) => {
  const server = createServer().listen(0, "127.0.0.1", () => {
    const found = server.address()
    server.close(() => resume(Effect.succeed(typeof found === "object" && found !== null ? found.port : 0)))
  })
})
