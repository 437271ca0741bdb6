/**
 * Names that an object of JSON states twice, with different values. A parser keeps the last one, and nobody knows which
 * is meant. A text with such a name states more names than the parsed value has: only then it is searched for them.
 */
import { pointerTo } from "../../config/Pointer.ts"
import { type Reason, reason } from "../../reason/Reason.ts"
import { stringEnd, unquote } from "./JsonSkipper.ts"

/** How many names the objects of a value have; it may be nested more deeply than calls can be. */
export const namesOf = (value: unknown): number => {
  let count = 0
  const left: Array<unknown> = [value]
  for (let one = left.pop(); one !== undefined; one = left.pop()) {
    if (typeof one !== "object" || one === null) continue
    const members: ReadonlyArray<unknown> = Array.isArray(one) ? one : Object.values(one)
    if (members !== one) count += members.length
    for (const member of members) if (typeof member === "object" && member !== null) left.push(member)
  }
  return count
}

const namesIn = (json: string): number => {
  let count = 0
  for (let at = 0; at < json.length; at++) {
    const c = json[at]
    if (c === ":") count++
    else if (c === '"') at = afterString(json, at) - 1
  }
  return count
}

const afterString = (json: string, at: number): number => {
  const end = stringEnd(json, at + 1)
  return typeof end === "number" ? end : json.length
}

/** An object or a list that is still open. */
interface Frame {
  readonly isObject: boolean
  /** The values of its names, as they are written. */
  readonly values: Map<string, string>
  /** The name of the current value; absent before it came. */
  name: string | undefined
  index: number
  /** Where the current value begins. */
  from: number
}

/** The pointers to doubled names, for a text that is JSON. Values that are written alike are one. */
const doubledNames = (json: string): ReadonlyArray<ReadonlyArray<string>> => {
  const found: Array<ReadonlyArray<string>> = []
  const frames: Array<Frame> = []
  const tokens = () => frames.map(({ index, isObject, name = "" }) => (isObject ? name : String(index)))
  const settle = ({ from, name, values }: Frame, to: number) => {
    if (name === undefined) return
    const value = json.slice(from, to).trim()
    const earlier = values.get(name)
    if (earlier !== undefined && earlier !== value) found.push(tokens())
    values.set(name, value)
  }
  for (let at = 0; at < json.length; at++) {
    const c = json[at]
    const frame = frames.at(-1)
    if (c === '"') {
      const end = afterString(json, at)
      if (frame?.isObject === true) frame.name ??= unquote(json.slice(at, end))
      at = end - 1
    } else if (c === "{" || c === "[")
      frames.push({ isObject: c === "{", values: new Map(), name: undefined, index: 0, from: at })
    else if (frame === undefined) continue
    else if (c === ":") frame.from = at + 1
    else if (c === "," || c === "}" || c === "]") {
      settle(frame, at)
      frame.name = undefined
      frame.index++
      if (c !== ",") frames.pop()
    }
  }
  return found
}

/** Why a value is ambiguous, if it is; it was parsed of the text. */
export const ambiguity = (json: string, value: unknown): Reason | undefined =>
  namesOf(value) === namesIn(json) ? undefined : ambiguityOf(json)

/** The same for a text that is known to state more names. `around`: how many of its levels the pointer leaves out. */
export const ambiguityOf = (json: string, around = 0): Reason | undefined => {
  const [first, ...others] = doubledNames(json)
  if (first === undefined) return undefined
  const pointer = pointerTo(first.slice(around))
  return others.length === 0
    ? reason("answer.doubledName", { pointer })
    : reason("answer.doubledNames", { pointer, others: others.length })
}
