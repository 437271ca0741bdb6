/** All existing codes, including those of connectors, and the sources in which they must be used. */
import { existsSync, readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath, pathToFileURL } from "node:url"
import { codes } from "../../core/reason/Reason.ts"

const root = fileURLToPath(new URL("../..", import.meta.url))

/** Returns the codes of core, and those of the `reasons.ts` of every connector and of the bot. */
export const allCodes = async (): Promise<ReadonlyArray<string>> => {
  const folders = [...readdirSync(join(root, "connectors")).map((name) => join("connectors", name)), "bot"]
  const files = folders.map((folder) => join(root, folder, "reasons.ts"))
  for (const file of files.filter((path) => existsSync(path))) await import(pathToFileURL(file).href)
  return codes()
}

/** Returns the code that makes reasons: everything except tests and the templates themselves. */
export const sources = (): string =>
  ["core", "connectors", "bot"]
    .flatMap((folder) =>
      readdirSync(join(root, folder), { recursive: true, encoding: "utf8" }).map((name) => join(root, folder, name))
    )
    .filter((name) => name.endsWith(".ts") && !name.endsWith(".test.ts"))
    .filter((name) => !name.includes("/templates/") && !name.endsWith("/reasons.ts"))
    .map((name) => readFileSync(name, "utf8"))
    .join("\n")
