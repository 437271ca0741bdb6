/**
 * The texts of the bot and of connectors' chat features: every language has every message, with the same variables, and
 * the code requests no other.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs"
import { join } from "node:path"
import { fileURLToPath } from "node:url"
import { assert, describe, it } from "@effect/vitest"
import { FluentParser, type Message, type Resource, Visitor } from "@fluent/syntax"
import { sourceOf } from "../../bot/i18n/FluentTranslator.ts"
import { allCodes } from "../support/reasons.ts"

const root = fileURLToPath(new URL("../..", import.meta.url))

/** Each set of texts with its sources and its locales. */
const rooms = ["bot", ...readdirSync(join(root, "connectors")).map((type) => join("connectors", type, "chat"))]
  .map((room) => join(root, room))
  .filter((room) => existsSync(room))

const filesBelow = (folder: string, ending: string) =>
  readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name.endsWith(ending))
    .map((name) => ({ name, text: readFileSync(join(folder, name), "utf8") }))

class Variables extends Visitor {
  readonly names = new Set<string>()
  override visitVariableReference({ id }: { readonly id: { readonly name: string } }): void {
    this.names.add(id.name)
  }
}

const variablesOf = (message: Message): string => {
  const visitor = new Variables()
  visitor.visit(message)
  return [...visitor.names].toSorted().join()
}

const parse = (text: string): Resource => new FluentParser({ withSpans: false }).parse(text)

/** The names of variables by key. Messages that cannot be parsed or occur twice are reported. */
const messagesOf = (locale: string) => {
  const problems: Array<string> = []
  const messages = new Map<string, string>()
  for (const entry of parse(sourceOf(locale)).body) {
    if (entry.type === "Junk") problems.push(`${locale}: ${entry.content}`)
    if (entry.type !== "Message") continue
    if (messages.has(entry.id.name)) problems.push(`${locale}: ${entry.id.name} stands twice`)
    messages.set(entry.id.name, variablesOf(entry))
  }
  return { messages, problems }
}

// English messages of reasons are made of the templates defined so far.
const codes = await allCodes()

const [russian, english] = [messagesOf("ru"), messagesOf("en")]

describe("the words of the bot", () => {
  it("can be read, each message once", () => {
    assert.deepEqual([...russian.problems, ...english.problems], [])
  })

  it("are the same messages with the same variables in every language", () => {
    assert.isAbove(russian.messages.size, codes.length)
    assert.deepEqual([...english.messages].toSorted(), [...russian.messages].toSorted())
  })

  it("are all that the code asks for by name, and nothing else is there", () => {
    const sources = [...rooms, join(root, "core/plugin/chat")]
      .flatMap((room) => filesBelow(room, ".ts"))
      .filter(({ name }) => !name.startsWith("sandbox") && !name.endsWith(".test.ts"))
    const text = sources.map((source) => source.text).join("\n")
    const literals = new Set(
      [...text.matchAll(/["`]([a-z][a-z0-9]*(?:-[a-zA-Z0-9_]+)*)["`]/g)].map(([, key = ""]) => key)
    )
    const asked = [...text.matchAll(/\b(?:say|t)\(\s*"([^"]+)"/g), ...text.matchAll(/\bkey: "([^"]+)"/g)]
    const missing = asked.flatMap(([, key = ""]) => (russian.messages.has(key) ? [] : key))
    assert.deepEqual([...new Set(missing)], [])
    /** Keys that are composed, as in `language-${locale}`. */
    const prefixes = [...text.matchAll(/`([a-z][a-zA-Z-]*-)\$\{/g)].map(([, prefix = ""]) => prefix)
    const unused = [...russian.messages.keys()].filter(
      (key) => !literals.has(key) && !prefixes.some((prefix) => key.startsWith(prefix))
    )
    assert.deepEqual(unused, [])
  })
})
