/**
 * Compares what an undeclared place says about a next page with the position of the read. Many vendors also write
 * something there on the last page: the number of that page, the offset after the end, the requested address. That
 * leads nowhere and contradicts no end.
 */
import { isAddress, nextIn } from "./NextPage.ts"
import { normaliseName } from "./UsualNames.ts"

/** The number of a page or of a record; only its position in the list gives it a meaning. */
export interface NextNumber {
  readonly value: number
  readonly of: "page" | "offset"
}

type StatedValue = readonly [pointer: string, name: string, value: unknown]

// Names as `normaliseName` writes them.
const offsets = /offset|skip|start/
const pageNow = /^x?(?:page|currentpage|page(?:no|num|number|index)|number)$/
const offsetNow = /^(?:offset|skip|start|startindex)$/
const positions = /page|offset|skip|start|cursor|token|marker|after/

const digits = (value: unknown): number | undefined =>
  typeof value === "number" || (typeof value === "string" && /^\s*\d+\s*$/.test(value)) ? Number(value) : undefined

export const nextNumber = ([, name, value]: StatedValue): NextNumber | undefined => {
  const number = digits(typeof value === "number" ? value : nextIn(value))
  return number === undefined ? undefined : { value: number, of: offsets.test(name) ? "offset" : "page" }
}

/**
 * Whether it points at nothing ahead: at what was requested, or at a position that the answer or the request says is
 * reached.
 */
export const pointsBack = (next: StatedValue, stated: ReadonlyArray<StatedValue>, url: string): boolean => {
  const asked = [...new URL(url).searchParams].map(([name, value]) => [normaliseName(name), value] as const)
  const number = nextNumber(next)
  if (number === undefined) {
    const text = nextIn(next[2]) ?? ""
    return isAddress(text)
      ? URL.canParse(text, url) && new URL(text, url).href === new URL(url).href
      : text !== "" && asked.some(([name, value]) => positions.test(name) && value === text)
  }
  const here = number.of === "offset" ? offsetNow : pageNow
  const reached = stated.flatMap(([, name, value]) => (here.test(name) ? (digits(value) ?? []) : []))
  const sent = asked.flatMap(([name, value]) => (here.test(name) ? (digits(value) ?? []) : []))
  return [...reached, ...sent].some((at) => number.value <= at)
}

/** Whether the answer or the request states its position in the list, so that nothing has to be assumed. */
export const hasPosition = (next: NextNumber, stated: ReadonlyArray<StatedValue>, url: string): boolean => {
  const here = next.of === "offset" ? offsetNow : pageNow
  const names = stated.flatMap(([, name, value]) => (digits(value) === undefined ? [] : [name]))
  return [...names, ...[...new URL(url).searchParams.keys()].map(normaliseName)].some((name) => here.test(name))
}
