/** The program as a user runs it: in its own process and directory, with only the given environment. */
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { PgClient } from "@effect/sql-pg"
import { assert } from "@effect/vitest"
import { Context, Effect, FileSystem, Layer, Path, type PlatformError, Redacted, Stream } from "effect"
import { ChildProcess, ChildProcessSpawner } from "effect/process"
import { SqlClient } from "effect/sql"
import { emptyDatabase } from "./database.ts"

const main = fileURLToPath(new URL("../../core/main.ts", import.meta.url))

/** Saves each process a third of a second; the folder is where Node itself would put it. */
export const compiled = join(tmpdir(), "node-compile-cache")

const daemon = "database: { url: { secret: DATABASE_URL } }\nhttp: { port: 0 }"

export interface Ended {
  readonly code: number
  readonly stdout: string
  readonly stderr: string
}

export interface PlaceOptions {
  /** The files by path, beside `.env` and a daemon.yaml that names the database and uses a free port. */
  readonly files: Readonly<Record<string, string>>
  /** Entries of `.env` beside the database, whose password is a secret too: no output may contain any of them. */
  readonly secrets: Readonly<Record<string, string>>
  readonly variables?: Readonly<Record<string, string>>
}

/** Makes a directory with a configuration, and an empty database; both are removed when the scope closes. */
export const makePlace = Effect.fnUntraced(function* ({ files, secrets, variables = {} }: PlaceOptions) {
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const spawner = yield* ChildProcessSpawner.ChildProcessSpawner
  const directory = yield* fs.makeTempDirectoryScoped()
  const database = yield* emptyDatabase
  const sql = Context.get(yield* Layer.build(PgClient.layer({ url: database })), SqlClient.SqlClient)

  const write = Effect.fnUntraced(function* (file: string, text: string) {
    const target = path.join(directory, file)
    yield* fs.makeDirectory(path.dirname(target), { recursive: true })
    yield* fs.writeFileString(target, text)
  })
  const environment = { DATABASE_URL: Redacted.value(database), ...variables, ...secrets }
  const dotEnv = Object.entries(environment).map(([name, value]) => `${name}=${value}`)
  const all = { "config/daemon.yaml": daemon, ...files, ".env": dotEnv.join("\n") }
  yield* Effect.forEach(Object.entries(all), ([file, text]) => write(file, text))

  const hidden = [...Object.entries(secrets), ["DATABASE_URL", new URL(environment.DATABASE_URL).password] as const]

  /** Starts a process that runs until it ends or the scope closes. */
  const start = Effect.fnUntraced(function* (args: ReadonlyArray<string>, env: Readonly<Record<string, string>> = {}) {
    const { exitCode, pid, stderr, stdout } = yield* spawner.spawn(
      ChildProcess.make(process.execPath, [main, ...args], {
        cwd: directory,
        // Typed as where it is installed, so that what it advises names no folder of this machine.
        env: {
          PATH: process.env.PATH,
          HOME: directory,
          NODE_COMPILE_CACHE: compiled,
          TRIBUTARY_TYPED: "tributary",
          ...env
        },
        extendEnv: false,
        forceKillAfter: "10 seconds"
      })
    )
    const ended: Effect.Effect<Ended, PlatformError.PlatformError> = Effect.all(
      { stdout: textOf(stdout), stderr: textOf(stderr), code: exitCode },
      { concurrency: "unbounded" }
    ).pipe(
      Effect.tap((printed) =>
        Effect.sync(() => {
          for (const [name, secret] of hidden) {
            assert.notInclude(printed.stdout + printed.stderr, secret, `${args.join(" ")} prints ${name}`)
          }
        })
      )
    )
    return { pid, ended }
  })

  /** Runs a command to its end, as typed. */
  const run = (...args: ReadonlyArray<string>) => Effect.scoped(Effect.flatMap(start(args), ({ ended }) => ended))

  return { directory, sql, write, start, run }
})

const textOf = <E>(stream: Stream.Stream<Uint8Array, E>) => Stream.mkString(Stream.decodeText(stream))
