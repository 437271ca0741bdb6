/** `init`: from the address of a list to a configuration of one file that mirrors it. It never overwrites a file. */
import { isAbsolute, join, relative } from "node:path"
import { fileURLToPath } from "node:url"
import { Effect, FileSystem, Option } from "effect"
import { Command, Flag } from "effect/cli"
import { namePattern } from "../../config/declare/NameRules.ts"
import { nameOf } from "../../sync/discover/DiscoveryRequest.ts"
import type { Undiscovered } from "../../sync/discover/Locate.ts"
import { isSecret } from "../../upstream/exchange/HideCredentials.ts"
import { wrapMessage } from "../render/terminal/Prose.ts"
import { Terminal } from "../render/terminal/Terminal.ts"
import * as Text from "../render/terminal/Text.ts"
import * as InitView from "../render/views/InitView.ts"
import { adviceOn } from "../render/views/ProposalAdvice.ts"
import { entityYaml } from "../render/views/ProposalView.ts"
import { ask, canAsk, choose } from "../shared/Ask.ts"
import {
  authAdvice,
  type ConnectorFile,
  exploreConnector,
  isUnauthorized,
  newFile,
  stopUndiscovered,
  variableOf
} from "../shared/ExploreConnector.ts"
import { trace } from "../shared/Flags.ts"
import { programName } from "../shared/ProgramName.ts"
import { authOf, requestFlags, requestOf } from "../shared/RequestFlags.ts"
import { answer, configDirectory, environment, loadIn, stop, stopInvalid } from "../shared/Root.ts"
import { withWireTrace } from "../shared/Trace.ts"
import { answerFlags } from "./Discover.ts"

const url = Flag.String("url").pipe(
  Flag.withDescription("The address of a list, as in --url https://api.example.test/v1/deals?state=open"),
  Flag.optional
)
const name = Flag.String("name").pipe(
  Flag.withDescription("What to call the system; by default a part of its host's name"),
  Flag.optional
)

const schema = fileURLToPath(new URL("../../../config/schemas/connector.schema.json", import.meta.url))

const usage = (message: string) => stop(2, message)

/** A name from a host: `api.shop.example.com` is `shop`, an address in digits is `local`. */
const nameFrom = ({ hostname }: URL): string => {
  if (/^(?:[\d.]+|\[.*\]|localhost)$/.test(hostname)) return "local"
  const parts = hostname.split(".").filter((part) => !/^(?:www|api|app|data|rest|v\d+)$/.test(part))
  const plain = (parts.length > 1 ? parts.slice(0, -1) : parts).at(-1) ?? ""
  return plain.replaceAll(/[^a-z\d]+/g, "_").replace(/^[_\d]+/, "") || "source"
}

const addressOf = Effect.fnUntraced(function* (given: Option.Option<string>, isSilent: boolean) {
  const question = "The address of a list, as in https://api.example.test/v1/deals: "
  const text = given._tag === "Some" ? given.value : yield* ask(question, isSilent)
  if (text === undefined) {
    return yield* usage(`Which address? Type: ${programName()} init --url https://api.example.test/v1/deals`)
  }
  const isLocal = /^(?:localhost|[\d.]+)(?=[:/]|$)/i.test(text)
  const full = /^[a-z]+:\/\//i.test(text) ? text : `${isLocal ? "http" : "https"}://${text}`
  const address = URL.canParse(full) ? new URL(full) : undefined
  if (address === undefined || !/^https?:$/.test(address.protocol)) {
    return yield* usage("That is no address of the web; one is https://api.example.test/v1/deals.")
  }
  const secret = [...address.searchParams.keys()].find(isSecret)
  if (secret !== undefined || address.password !== "") {
    const how = secret === undefined ? "--auth basic:USER:NAME" : `--auth query:${secret}:NAME`
    return yield* usage(
      `The address holds a secret, which would stand in the file. Leave it out of the address, put it into .env as NAME=…, and add ${how}.`
    )
  }
  return address
})

/** The ways in which most APIs know who asks. */
const ways = [
  ["a token in the header Authorization (bearer)", "bearer", ""],
  ["a key in a header", "header", "The name of the header, as in X-Api-Key: "],
  ["a key in the address", "query", "The name of the parameter, as in api_key: "],
  ["a user and a password (basic)", "basic", "The user: "],
  ["a login that answers with a token, OAuth, or signed requests", "file", ""]
] as const

/** What to do where the file has to be written first. */
const loginSteps = (connector: string, address: URL): string =>
  [
    `To begin with such a kind, write a file connectors/${connector}.yaml in the configuration directory:`,
    `type: rest`,
    `baseUrl: ${address.origin}`,
    "auth: …",
    "entities: {}",
    `and then type: ${programName()} discover ${connector} --path ${address.pathname}`
  ].join("\n")

/** Asks how the API knows who asks, after it refused to answer; where nobody can be asked, says what to type. */
const askForAuth = Effect.fnUntraced(function* (
  connector: string,
  address: URL,
  error: Undiscovered,
  isSilent: boolean
) {
  const variable = variableOf(connector, "TOKEN")
  const { err } = yield* Terminal
  const advice = [authAdvice(connector), loginSteps(connector, address)].join("\n")
  if (isSilent || !(yield* canAsk)) {
    return yield* stop(1, `${error.message}\n${advice}`, { error: error.message, advice })
  }
  yield* err.write(`${wrapMessage(error.message, (yield* err.screen).width)}\n\n`)
  const at = yield* choose({ text: "How does the API know who asks?", choices: ways.map(([text]) => text) }, false)
  const [, kind, question] = ways[at ?? 0] ?? ways[0]
  if (kind === "file") return yield* stop(1, advice, { error: error.message, advice })
  const middle = question === "" ? "" : `${(yield* ask(question, false)) ?? ""}:`
  const named = (yield* ask(`The variable in .env that holds the secret [${variable}]: `, false)) ?? variable
  while ((yield* environment)[named] === undefined) {
    const line = yield* ask(`Put ${named}=… into .env in this directory, and press Enter (q leaves): `, false)
    if (line !== undefined) return yield* stop(1, `${named} is not set.`, { error: `${named} is not set` })
  }
  return `${kind}:${middle}${named}`
})

/** Where the file is tried before the directories exist. */
const workplace = Effect.fnUntraced(function* (directory: string) {
  const fs = yield* FileSystem.FileSystem
  if (yield* Effect.orElseSucceed(fs.exists(join(directory, "connectors")), () => false)) return directory
  const temporary = yield* Effect.orDie(fs.makeTempDirectoryScoped())
  yield* Effect.orDie(fs.makeDirectory(join(temporary, "connectors")))
  return temporary
})

/** Whether the secret that `--auth` names is there. */
const isSet = Effect.fnUntraced(function* (auth: string) {
  const variable = auth.split(":").at(-1) ?? ""
  if (auth === "none" || (yield* environment)[variable] !== undefined) return
  yield* stop(1, `${variable} is not set: put ${variable}=… into .env in this directory, and type the same again.`, {
    error: `${variable} is not set`
  })
})

const posix = (path: string): string => path.replaceAll("\\", "/")

/** The whole file. Editors find the schema wherever the program is. */
const fileText = (
  target: string,
  address: URL,
  auth: object | undefined,
  entity: string,
  advice: ReadonlyArray<string>
): string => {
  const to = relative(join(target, ".."), schema)
  const header = `# yaml-language-server: $schema=${posix(isAbsolute(to) ? schema : to)}\n`
  const top = newFile(address.origin, auth).replace(/^entities: \{\}\n$/m, "entities:\n")
  const comments = advice.flatMap((line) => Text.wrap(line, 72)).map((line) => `# ${line}\n`)
  return `${header}${top}${[...comments, entity].join("").replaceAll(/^(?=.)/gm, "  ")}`
}

/** Never overwrites: if two begin at once, the file system lets one of them create the file. */
const writeNew = Effect.fnUntraced(
  function* (target: string, text: string) {
    const fs = yield* FileSystem.FileSystem
    yield* fs.makeDirectory(join(target, ".."), { recursive: true })
    yield* fs.writeFileString(target, text, { flag: "wx" })
  },
  Effect.catch((error) => stop(1, `The file could not be written: ${error.message}`, { error: error.message }))
)

export const init = Command.make(
  "init",
  { url, name, ...answerFlags, ...requestFlags, trace },
  Effect.fn("cli.init")(function* (input) {
    const fs = yield* FileSystem.FileSystem
    const directory = yield* configDirectory
    const address = yield* addressOf(input.url, input.yes)
    const connector = Option.getOrElse(input.name, () => nameFrom(address))
    if (!namePattern.test(connector)) return yield* usage(`"${connector}" is no name; one is shop, or my_shop.`)
    const target = join(directory, "connectors", `${connector}.yaml`)
    if (yield* Effect.orElseSucceed(fs.exists(target), () => false)) {
      return yield* usage(
        `${target} is there already and stays as it is. For another list of it: ${programName()} discover ${connector} --path ${address.pathname}; for another system: --name NAME.`
      )
    }
    const request = yield* requestOf(input, address.pathname + address.search)
    const place = yield* workplace(directory)
    const wanted = {
      request,
      format: Option.getOrUndefined(input.format),
      records: Option.getOrUndefined(input.records),
      charset: Option.getOrUndefined(input.charset),
      isSilent: input.yes
    }
    const attempt = Effect.fnUntraced(function* (typed: string | undefined) {
      const auth = typed === undefined ? undefined : yield* authOf(typed)
      if (typed !== undefined) yield* isSet(typed)
      const file: ConnectorFile = { directory: place, name: connector, text: newFile(address.origin, auth) }
      return { auth, explored: yield* exploreConnector(file, wanted) }
    })
    const { err } = yield* Terminal
    yield* err.write(`Reading ${address.origin}${address.pathname} …\n`)
    const given = Option.getOrUndefined(input.auth)
    const { auth, explored } = yield* attempt(given).pipe(
      Effect.catchTag("Undiscovered", (error) =>
        given === undefined && isUnauthorized(error)
          ? Effect.flatMap(askForAuth(connector, address, error, input.yes), attempt)
          : Effect.fail(error)
      ),
      withWireTrace(input.trace),
      Effect.catchTag("Undiscovered", (error) => stopUndiscovered(error, connector))
    )
    const entity = nameOf(request.path, new Set())
    const advice = adviceOn(entity, explored)
    const text = fileText(target, address, auth, entityYaml(entity, explored), advice)
    yield* loadIn(place, new Map([[`connectors/${connector}.yaml`, text]])).pipe(
      Effect.catchTag("ConfigurationInvalid", stopInvalid)
    )
    yield* writeNew(target, text)
    const id = `${connector}.${entity}`
    const isOwn = ((yield* environment).DATABASE_URL ?? "") === ""
    const steps = stepsOf(id, directory)
    const { counts, records } = explored
    yield* answer(
      {
        file: target,
        connector,
        entity,
        records: records.length,
        pages: counts.length,
        advice,
        yaml: text,
        next: steps.map(([command]) => command)
      },
      (view) => InitView.render({ target, id, explored, steps, isOwn, text }, view)
    )
  }, Effect.scoped)
).pipe(
  Command.withDescription("Make a configuration of one file from the address of a list"),
  Command.withExamples([
    { command: "tributary init", description: "Asks for the address" },
    { command: "tributary init --url https://api.example.test/v1/deals --yes", description: "Asks nothing" },
    {
      command: "tributary init --url https://api.example.test/v1/deals --auth bearer:SHOP_TOKEN",
      description: "With a token, which stands in .env"
    }
  ])
)

/** The next commands to type, with their purpose. */
const stepsOf = (id: string, directory: string): ReadonlyArray<readonly [command: string, does: string]> => {
  const config = directory === "config" || process.env.TRIBUTARY_CONFIG === directory ? "" : ` --config ${directory}`
  const typed = (rest: string) => `${programName()} ${rest}${config}`
  return [
    [typed("check"), "the file alone: every mistake, with its line"],
    [typed(`plan ${id}`), "what would be written, row by row"],
    [typed(`sync ${id} --limit 5`), "the first five records"],
    [typed(`sync ${id}`), `all of them, into the table ${id.replace(".", "_")}`],
    [typed(`rows ${id}`), "the first rows of the table"],
    [typed("start --every 15m"), "keeps it so; the console is at http://127.0.0.1:8080"]
  ]
}
