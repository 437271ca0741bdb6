/**
 * Presses every button, as deep as new windows appear. Buttons of a kind differ only in an id or a page; the next one
 * of a kind is pressed only if the one before led to a window with other buttons.
 */
import { Effect } from "effect"
import type { Person, ShownMessage } from "../../bot/sandbox.ts"
import { eventually } from "../support/eventually.ts"
import type { World } from "./fixtures.ts"
import { foreignTo } from "./Spoken.ts"

type Cafe = World["Service"]

export interface Walked {
  readonly pressed: ReadonlyArray<string>
  readonly kinds: ReadonlySet<string>
  readonly windows: ReadonlySet<string>
  /** The faults of a window, with the way to it. */
  readonly faults: ReadonlyArray<string>
}

export const kindOf = (data: string): string =>
  data.startsWith("main/")
    ? placeOf(data)
    : data.replaceAll(/[0-9a-f]{8}-[0-9a-f-]{27}|:[0-9a-f]{12,}(?=:|$)|:[\w-]{22,}(?=:|$)|\d+/g, "#")

/** Returns the part of an entry's data before the fingerprint of its menu. */
const placeOf = (data: string): string => data.split("/").slice(0, 3).join("/")

const signatureOf = ({ data, photo }: ShownMessage): string =>
  [...new Set(data.flat().map(kindOf)), photo === undefined ? "" : "photo"].toSorted().join(" ")

/** Pressed elsewhere than in their window, these have no subject. */
const isStep = (data: string): boolean => data.startsWith("writeoff:")

const isWayBack = (label: string, data: string): boolean =>
  label.startsWith("«") || /^[a-z]+$/.test(data) || data.startsWith("main/")

export const walk = Effect.fnUntraced(function* (
  { logged, telegram }: Pick<Cafe, "logged" | "telegram">,
  person: Person,
  { left, locale }: { readonly left: RegExp; readonly locale: string }
) {
  const actor = `telegram:${person.id}`
  const [pressed, faults]: [Array<string>, Array<string>] = [[], []]
  const [kinds, windows] = [new Set<string>(), new Set<string>()]
  const foreign = foreignTo(locale)
  /** The remaining buttons of a kind. */
  const ways: Array<ReadonlyArray<string>> = []
  const isSettled = ({ buttons, text }: ShownMessage) => buttons.length > 0 && !text.startsWith("⏳")
  const deeds = () => logged.filter(({ fields }) => fields.module !== undefined && fields.actor === actor)
  /** The number of refused edits: the window was shown again unchanged. */
  const changes = () =>
    telegram.state.calls.filter(
      ({ chat, method, status }) => chat === person.id && /^edit/.test(method) && status === 400
    ).length

  /** The message that a press edited or replaced. */
  const windowAfter = Effect.fnUntraced(function* (
    before: ShownMessage,
    act: Effect.Effect<unknown, { readonly message: string }>
  ) {
    const [newest, count] = [(yield* person.messages).at(-1)?.id ?? 0, changes()]
    yield* act
    const find = Effect.map(person.messages, (chat) => {
      const same = chat.find(({ id }) => id === before.id)
      const isOther = same !== undefined && (same.edited !== before.edited || changes() > count)
      const anew = chat.findLast(({ from, id }) => from === "bot" && id > newest)
      return isOther ? same : same === undefined ? anew : undefined
    })
    yield* Effect.ignore(
      Effect.timeout(eventually(Effect.map(find, (found) => found !== undefined && isSettled(found))), "10 seconds")
    )
    return (yield* find) ?? before
  })

  const open = Effect.gen(function* () {
    const newest = (yield* person.messages).at(-1)?.id ?? 0
    yield* person.send("/menu")
    const chat = yield* person.sees((all) =>
      all.some(({ data, from, id }) => from === "bot" && id > newest && data.flat()[0]?.startsWith("main/") === true)
    )
    return chat.findLast(({ data }) => data.flat()[0]?.startsWith("main/") === true)
  })

  const look = (shown: ShownMessage, way: ReadonlyArray<string>) => {
    const fault = (what: string) =>
      faults.push(`${way.join(" > ")}: ${what}: ${JSON.stringify(shown.text.slice(0, 400))}`)
    if (!isSettled(shown)) fault("a dead end")
    else if (!shown.data.flat().some((data, at) => isWayBack(shown.buttons.flat()[at] ?? "", data)))
      fault("no way back")
    for (const text of [shown.text, ...shown.buttons.flat()]) for (const what of foreign(text)) fault(what)
  }

  const press = Effect.fnUntraced(function* (window: ShownMessage, wanted: string, way: ReadonlyArray<string>) {
    const lines = deeds().length
    const data = window.data.flat().find((one) => placeOf(one) === wanted) ?? wanted
    const shown = yield* windowAfter(window, person.press({ data }, window.id))
    pressed.push(data)
    yield* eventually(Effect.sync(() => deeds().length > lines))
    const [line, ...more] = deeds().slice(lines)
    const [module] = data.split(/[:/]/)
    const isRight =
      line?.level === "info" &&
      line.fields.module === (module === "main" ? "menu" : module) &&
      /^[\w-]+$/.test(String(line.fields.action))
    if (!isRight || more.length > 0)
      faults.push(`${way.join(" > ")}: ${more.length + 1} lines, ${JSON.stringify(line)}`)
    look(shown, way)
    return shown
  })

  const meet = (shown: ShownMessage, way: ReadonlyArray<string>): boolean => {
    const signature = signatureOf(shown)
    const isNew = !windows.has(signature)
    windows.add(signature)
    for (const data of shown.data.flat().toReversed()) {
      if (data === "" || left.test(data)) continue
      // Every way begins at the menu.
      ways.push(data.startsWith("main/") ? [placeOf(data)] : [...way, data])
    }
    return isNew
  }

  const start = yield* open
  if (start === undefined) return { pressed, kinds, windows, faults } satisfies Walked
  let window = start
  meet(window, [])
  const [done, dull] = [new Set<string>(), new Set<string>()]
  for (let way = ways.pop(); way !== undefined; way = ways.pop()) {
    const data = way.at(-1) ?? ""
    const kind = kindOf(data)
    if (done.has(data) || dull.has(kind)) continue
    done.add(data)
    kinds.add(kind)
    const isHere = window.data.flat().some((one) => one === data || placeOf(one) === data)
    if (!isHere && (isStep(data) || data.startsWith("main/"))) {
      window = (yield* open) ?? window
      for (const step of way.slice(0, -1)) window = yield* press(window, step, way)
    }
    // Another department may have fewer buttons.
    if (data.startsWith("main/") && !window.data.flat().some((one) => placeOf(one) === data)) continue
    window = yield* press(window, data, way)
    if (!meet(window, way)) dull.add(kind)
  }
  return { pressed, kinds, windows, faults } satisfies Walked
})
