/** Finds the lists of an XML answer. */
import type { FoundArray } from "./FindArrays.ts"

const tags =
  /<!--[\s\S]*?-->|<!\[CDATA\[[\s\S]*?\]\]>|<(\/?)([^\s<>/?!]+)((?:[^<>"'/]|"[^"<]*"|'[^'<]*'|\/(?!>))*)(\/?)>/g

/** The elements that have the same path. */
interface Elements {
  readonly name: string
  readonly children: Map<string, Elements>
  hasAttributes: boolean
  /** The largest number within one parent. */
  most: number
}

const elements = (name: string): Elements => ({ name, children: new Map(), hasAttributes: false, most: 0 })

const treeOf = (text: string): Elements => {
  const top = elements("")
  const open: Array<{ readonly all: Elements; readonly counts: Map<string, number> }> = [
    { all: top, counts: new Map() }
  ]
  for (const [, closing, name, attributes = "", single] of text.matchAll(tags)) {
    const parent = open.at(-1)
    if (name === undefined || parent === undefined) continue
    if (closing === "/") {
      if (open.length > 1) open.pop()
      continue
    }
    const all = parent.all.children.get(name) ?? elements(name)
    parent.all.children.set(name, all)
    const count = (parent.counts.get(name) ?? 0) + 1
    parent.counts.set(name, count)
    all.most = Math.max(all.most, count)
    all.hasAttributes ||= attributes.replaceAll(/\bxmlns(?::[^\s=]+)?\s*=/g, "").includes("=")
    if (single !== "/") open.push({ all, counts: new Map() })
  }
  return top
}

type Path = ReadonlyArray<Elements>

/** Whether elements have fields; a text alone is not a record. */
const isRecord = (path: Path): boolean => {
  const last = path.at(-1)
  return last !== undefined && (last.children.size > 0 || last.hasAttributes)
}

/** The outermost elements that repeat; lists inside them belong to their records. */
const repeatedIn = (path: Path): ReadonlyArray<Path> => {
  const last = path.at(-1)
  if (last === undefined) return []
  return last.most > 1 ? [path] : [...last.children.values()].flatMap((child) => repeatedIn([...path, child]))
}

const local = (name: string): string => name.slice(name.indexOf(":") + 1)

/** The path to the content of a SOAP envelope, else the root. */
const answerIn = (root: Elements): Path => {
  if (local(root.name) !== "Envelope") return [root]
  const body = [...root.children.values()].find(({ name }) => local(name) === "Body")
  const [answer] = body?.children.values() ?? []
  return body === undefined || answer === undefined ? [root] : [root, body, answer]
}

const only = ({ children }: Elements): Elements | undefined => {
  const [child] = children.size === 1 ? children.values() : []
  return child
}

/** The single record of a list: the only child of an element, else the first element that has fields. */
const singleIn = (answer: Path): Path => {
  let level = [answer]
  while (level.length > 0) {
    for (const path of level) {
      let inner = path
      for (let child = only(inner.at(-1) ?? elements("")); child !== undefined; child = only(child)) {
        if (!isRecord([child])) break
        inner = [...inner, child]
      }
      if (inner.length > path.length) return inner
    }
    level = level.flatMap((path) => [...(path.at(-1)?.children.values() ?? [])].map((child) => [...path, child]))
  }
  const children = [...(answer.at(-1)?.children.values() ?? [])]
  const first = children.find((child) => isRecord([child])) ?? children[0]
  return first === undefined ? [] : [...answer, first]
}

const pathText = (path: Path, shown = (name: string): string => name): string =>
  path.map(({ name }) => shown(name)).join("/")

/** The lists by path, such as `shop/items/item`. The longest list of records is first; in a tie, the nearest to the root. */
export const elementsIn = (text: string): ReadonlyArray<FoundArray> => {
  const [root] = treeOf(text).children.values()
  if (root === undefined) return []
  const answer = answerIn(root)
  const repeated = repeatedIn(answer).toSorted(
    (one, other) =>
      Number(isRecord(other)) - Number(isRecord(one)) ||
      (other.at(-1)?.most ?? 0) - (one.at(-1)?.most ?? 0) ||
      one.length - other.length
  )
  const found = repeated.length > 0 ? repeated : [singleIn(answer)].filter(({ length }) => length > 0)
  const plain = found.map((path) => pathText(path, local))
  return found.map((path, at) => ({
    pointer: plain.indexOf(plain[at] ?? "") === plain.lastIndexOf(plain[at] ?? "") ? (plain[at] ?? "") : pathText(path),
    length: path.at(-1)?.most ?? 0,
    isOfRecords: isRecord(path)
  }))
}
