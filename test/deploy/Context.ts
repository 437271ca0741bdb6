/** The build context: what a checkout holds or would hold after a commit, without what `.dockerignore` leaves out. */
import { execFile } from "node:child_process"
import { existsSync } from "node:fs"
import { readFile } from "node:fs/promises"
import { join } from "node:path"
import { promisify } from "node:util"
import { Effect } from "effect"
import type { Context } from "./Build.ts"
import { ignored } from "./Ignore.ts"
import { Failed } from "./Process.ts"

const listed = ["ls-files", "-z", "--cached", "--others", "--exclude-standard"]

export const contextOf = (root: string): Effect.Effect<Context, Failed> =>
  Effect.tryPromise({
    try: async () => {
      // A checkout may belong to somebody else.
      const { stdout } = await promisify(execFile)("git", ["-c", "safe.directory=*", ...listed], { cwd: root })
      const leavesOut = ignored(await readFile(join(root, ".dockerignore"), "utf8"))
      const files = stdout.split("\0").filter((file) => file !== "" && !leavesOut(file) && existsSync(join(root, file)))
      return { root, files }
    },
    catch: (cause) => new Failed({ message: `The files of the checkout could not be listed: ${cause}` })
  })
