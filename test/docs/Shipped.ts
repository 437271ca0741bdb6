/** The shipped configuration and the README's own, sandboxes of every system, a database; commands are typed into it. */
import { cp, readFile, writeFile } from "node:fs/promises"
import { dirname, join } from "node:path"
import * as NodeServices from "@effect/platform-node/NodeServices"
import { PgClient } from "@effect/sql-pg"
import { Context, Effect, FileSystem, Layer, Redacted } from "effect"
import { SqlClient } from "effect/sql"
import { pluginTypes } from "../../core/control/PluginDiscovery.ts"
import { connectorTypes } from "../../core/plugin/Discovery.ts"
import { listen } from "../../core/plugin/LocalServer.ts"
import * as Sandbox from "../../core/plugin/Sandbox.ts"
import { emptyDatabase } from "../support/database.ts"
import { freePort } from "../support/freePort.ts"
import { begin, type, variablesOf } from "../support/typed.ts"
import { root } from "./Written.ts"

/** The README's first YAML reads a page of deals and no second one, by key one deal; `rest`'s reads the notes of each. */
const deals = listen((request, response) => {
  const { pathname, searchParams } = new URL(request.url ?? "/", "http://crm.test")
  const items = Number(searchParams.get("page") ?? 1) > 1 ? [] : [{ id: 1, title: "Чай", amount: "2.50" }]
  response.setHeader("content-type", "application/json")
  const notes = searchParams.has("page") ? [] : [{ id: 1, text: "Позвонить" }]
  if (pathname === "/v1/deals/1/notes") response.end(JSON.stringify({ items: notes }))
  else if (pathname === "/v1/deals/17") response.end(JSON.stringify({ id: 17, title: "Кофе", amount: "4" }))
  else if (pathname === "/v1/deals") response.end(JSON.stringify({ items }))
  else response.writeHead(404).end("{}")
})

/** The files of the folder `my`, as the page to start with has them; a block may go on with a file. */
const started = (url: string) =>
  Effect.promise(async () => {
    const text = await readFile(join(root, "docs/getting-started.md"), "utf8")
    const blocks = [...text.matchAll(/```yaml\n# my\/(\S+?)(?:, continued)?\n([\s\S]*?)```/g)]
    return [...Map.groupBy(blocks, ([, file = ""]) => file)].map(([file, parts]) => ({
      file,
      yaml: parts
        .map(([, , yaml]) => yaml)
        .join("")
        .replace("https://api.example.test", url)
    }))
  })

/** The connector of that name as a document has it. */
const documented = (file: string, name: string) =>
  Effect.promise(async () => {
    const text = await readFile(join(root, file), "utf8")
    return new RegExp(`\`\`\`yaml\n# config/connectors/${name}\\.yaml\n([\\s\\S]*?)\`\`\``).exec(text)?.[1] ?? ""
  })

const make = Effect.gen(function* () {
  const fs = yield* FileSystem.FileSystem
  const folder = yield* fs.makeTempDirectoryScoped()
  const crm = yield* deals
  yield* Effect.promise(() => cp(join(root, "config"), join(folder, "config"), { recursive: true }))
  for (const [file, name] of [
    ["README.md", "crm"],
    ["connectors/rest/README.md", "desk"]
  ] as const) {
    const yaml = (yield* documented(file, name))
      .replace("https://api.example.test", crm)
      .replace("path: /v1/deals\n", "path: /v1/deals\n    one: { path: '/v1/deals/{id}' }\n")
    yield* Effect.promise(() => writeFile(join(folder, `config/connectors/${name}.yaml`), yaml))
  }

  for (const { file, yaml } of yield* started(crm)) {
    yield* fs.makeDirectory(join(folder, "my", dirname(file)), { recursive: true })
    yield* fs.writeFileString(join(folder, "my", file), yaml)
  }

  const port = String(yield* freePort)
  const database = yield* emptyDatabase
  const variables: Record<string, string> = {
    TRIBUTARY_CONFIG: join(folder, "config"),
    TRIBUTARY_DATA: folder,
    DATABASE_URL: Redacted.value(database),
    ADMIN_TOKEN: "the-admin-token",
    CRM_TOKEN: "the-crm-token",
    TRIBUTARY_MASTER_KEY: Buffer.alloc(32, 7).toString("base64"),
    PORT: port
  }
  const sandboxes = new Map<string, Sandbox.RunningSandbox>()
  for (const type of [...(yield* connectorTypes), ...(yield* pluginTypes)]) {
    const sandbox = yield* Sandbox.start(type, { seed: 1 })
    sandboxes.set(type.type, sandbox)
    Object.assign(variables, sandbox.environment)
  }
  yield* variablesOf(variables)

  const sql = Context.get(yield* Layer.build(PgClient.layer({ url: database })), SqlClient.SqlClient)

  return {
    folder,
    sql,
    sandboxes,
    variables,
    address: `http://127.0.0.1:${port}`,
    begin,
    type
  }
})

export class Shipped extends Context.Service<Shipped, Effect.Success<typeof make>>()("test/docs/Shipped") {
  static readonly layer = Layer.effect(Shipped, make).pipe(Layer.provide(NodeServices.layer))
}
