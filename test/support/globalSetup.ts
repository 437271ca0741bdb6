/** One embedded PostgreSQL for the whole test run, with a database of which the tests make copies. */
import { chmod, mkdtemp, rm, statfs } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Effect, Exit, Redacted, Scope } from "effect"
import type { TestProject } from "vitest/node"
import * as Embedded from "../../core/database/connection/Embedded.ts"
import { makeTemplate } from "./database.ts"

declare module "vitest" {
  interface ProvidedContext {
    readonly postgres: string
  }
}

const memory = "/dev/shm"

/** More than all databases of a run need together. */
const sampleSize = 4 * 1024 ** 3

/** In memory if there is room: a new database is 300 small files, and most tests begin with one. */
const roomiest = () =>
  statfs(memory).then(
    ({ bavail, bsize }) => (bavail * bsize > sampleSize ? memory : tmpdir()),
    () => tmpdir()
  )

export default async (project: TestProject) => {
  const folder = await mkdtemp(join(await roomiest(), "tributary-test-"))
  // When started by root, the server runs as another user, who needs access.
  await chmod(folder, 0o755)
  const scope = Scope.makeUnsafe()
  const settings = { fsync: "off", full_page_writes: "off", max_connections: "300" }
  const url = await Effect.runPromise(
    Embedded.start({ directory: join(folder, "postgres"), settings }).pipe(
      Effect.tap(makeTemplate),
      Scope.provide(scope)
    )
  )
  project.provide("postgres", Redacted.value(url))
  return async () => {
    await Effect.runPromise(Scope.close(scope, Exit.void))
    await rm(folder, { recursive: true, force: true })
  }
}
