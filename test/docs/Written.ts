/** The commands that documents, help and the demo write down, each with where it stands. */
import { readdir, readFile } from "node:fs/promises"
import { join } from "node:path"
import { fileURLToPath } from "node:url"

export const root = fileURLToPath(new URL("../../", import.meta.url))

export interface Written {
  /** Of the document, below the root. */
  readonly file: string
  /** As it stands there, on one line. */
  readonly text: string
}

const notRead = new Set(["node_modules", "data", ".git"])

/** What was decided is told in the words of its day. */
const history = "DECISIONS.md"

/** Every page of the project: the README's, the documents, those beside the code. */
const pages = async (): Promise<ReadonlyArray<string>> => {
  const names = await readdir(root, { recursive: true })
  return names
    .filter((name) => name.endsWith(".md") && name !== history && !name.split("/").some((part) => notRead.has(part)))
    .toSorted()
}

const isCommand = /^(?:[A-Z_]+=\S+ )?(?:npm|npx|node|tributary|curl|docker|cp|pg_\w+|mv|systemctl|apt\S*|psql) \S/

/** A line of `.env`. */
const isSetting = /^[A-Z_]+=(?!\$\()\S*(?:\s|$)(?![a-z])/

const oneLine = (text: string): string => text.replaceAll(/\\?\s*\n\s*/g, " ").trim()

/** What begins in a block of shell text and goes on over its lines: a `\` at the end, an open quote or bracket. */
const statements = (block: string): ReadonlyArray<string> => {
  const found: Array<string> = []
  let open = ""
  for (const line of block.split("\n")) {
    open = open === "" ? line.trim() : `${open} ${line.trim()}`
    const quotes = [...open.replaceAll(/\\./g, "").matchAll(/'/g)].length
    const brackets = open.split("$(").length - open.split(/\)(?=$|\s*;)/).length
    if (open.endsWith("\\")) open = open.slice(0, -1).trim()
    else if (quotes % 2 === 0 && brackets <= 0) {
      if (open !== "") found.push(open)
      open = ""
    }
  }
  return found
}

const inPage = (text: string): ReadonlyArray<string> => {
  const blocks = [...text.matchAll(/```sh\n([\s\S]*?)```/g)].flatMap(([, block = ""]) => statements(block))
  const spans = [...text.replaceAll(/```[\s\S]*?```/g, "").matchAll(/`([^`]+)`/g)].map(([, span = ""]) => oneLine(span))
  return [...blocks.filter((line) => !isSetting.test(line)), ...spans.filter((span) => isCommand.test(span))]
}

/** The table of `docs/commands.md` has commands without the program's name, and options of the first one of their row. */
const inTable = (page: string): ReadonlyArray<string> => {
  const table = /## Commands\n([\s\S]*?)\n## /.exec(page)?.[1] ?? ""
  return [...table.matchAll(/^\| (`.*) \|$/gm)].flatMap(([, row = ""]) => {
    const [first = "", description = ""] = row.split(" | ")
    const spans = (cell: string) => [...cell.matchAll(/`([^`]+)`/g)].map(([, span = ""]) => span)
    const names = spans(first)
    const more = spans(description).flatMap((span) => {
      if (span.startsWith("--")) return `${names[0]} ${span}`
      return names.includes(span.split(" ")[0] ?? "") ? span : []
    })
    return [...names, ...more].map((command) => `tributary ${command}`)
  })
}

const inCode = (text: string): ReadonlyArray<string> =>
  [...text.matchAll(/(?:command: "(tributary [^"]+)"|^ {2}(npm run demo -- \S.*?)(?: {2}|$))/gm)].map(
    ([, help, demo]) => help ?? demo ?? ""
  )

export const written = async (): Promise<ReadonlyArray<Written>> => {
  const read = (file: string) => readFile(join(root, file), "utf8")
  const found: Array<Written> = []
  for (const file of await pages()) {
    const text = await read(file)
    for (const command of inPage(text)) found.push({ file, text: command })
    if (file === "docs/commands.md") for (const command of inTable(text)) found.push({ file, text: command })
  }
  for (const name of await readdir(join(root, "core/cli/commands"))) {
    if (!name.endsWith(".ts")) continue
    const file = `core/cli/commands/${name}`
    for (const command of inCode(await read(file))) found.push({ file, text: command })
  }
  return found
}

/** As a shell splits it: quotes keep blanks together. */
export const words = (text: string): ReadonlyArray<string> =>
  [...text.matchAll(/(?:[^\s"']+|"[^"]*"|'[^']*')+/g)].map(([word]) => word.replaceAll(/["']/g, ""))
