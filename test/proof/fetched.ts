/** Runs a test file with a package that is fetched from npm into its own folder, which no lock file knows. */
import { spawnSync } from "node:child_process"
import { mkdtempSync, rmSync } from "node:fs"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { fileURLToPath } from "node:url"

const root = fileURLToPath(new URL("../..", import.meta.url))
const vitest = join(root, "node_modules/vitest/vitest.mjs")

const run = (command: string, args: ReadonlyArray<string>, cwd: string, environment: NodeJS.ProcessEnv = {}): number =>
  spawnSync(command, args, { cwd, env: { ...process.env, ...environment }, stdio: "inherit" }).status ?? 1

/** Ends the process with the outcome. `environment`: what the test file needs to know, from the folder of the package. */
export const proveWith = (
  fetchedPackage: string,
  testFile: string,
  environment: (folder: string) => Readonly<Record<string, string>>
): never => {
  const folder = mkdtempSync(join(tmpdir(), "tributary-proof-"))
  const install = ["install", "--prefix", folder, "--ignore-scripts", "--no-audit", "--no-fund", fetchedPackage]
  const fetched = run("npm", install, folder)
  const code = fetched === 0 ? run(process.execPath, [vitest, "run", testFile], root, environment(folder)) : fetched
  rmSync(folder, { recursive: true, force: true })
  process.exit(code)
}
