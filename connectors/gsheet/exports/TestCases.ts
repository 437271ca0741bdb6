/**
 * Random sheets for the model: the table of an export among people's own content, and people's edits between two runs.
 * The meaning of a key is known from how it was generated, not from reading it, so the model shares no rule with the
 * export.
 */
import { Effect } from "effect"
import { type Draw, draw } from "../../../core/sdk-sandbox.ts"
import type { CellState } from "../sandbox/Model.ts"

/** The meaning of a key cell to people. */
export type Meaning =
  | { readonly _tag: "Key"; readonly key: string }
  | { readonly _tag: "Other" }
  | { readonly _tag: "Blank" }
  | { readonly _tag: "Error" }
  | { readonly _tag: "Loading" }

export interface KeyCell {
  readonly cell: CellState | undefined
  readonly meaning: Meaning
}

export type Raw = CellState | undefined

/** A row by the purpose of its cells. */
export interface Row {
  readonly keys: ReadonlyArray<KeyCell>
  readonly name: Raw
  /** A column that belongs to people. */
  readonly remark: Raw
  readonly price: Raw
  readonly status: Raw
  /** The key that was here before somebody broke it. */
  readonly was?: ReadonlyArray<KeyCell>
}

export interface GivenRow {
  readonly parts: ReadonlyArray<string>
  readonly name: string | null
  readonly price: string | null
}

export interface Case {
  readonly seed: number
  readonly kind: "text" | "number"
  readonly width: 1 | 2
  readonly gone: "keep" | "mark" | "remove"
  readonly isSorted: boolean
  /** People's columns before the table, between its columns, and after it. */
  readonly gaps: ReadonlyArray<number>
  readonly first: ReadonlyArray<Row>
  readonly rounds: ReadonlyArray<{
    readonly edit: (rows: ReadonlyArray<Row>) => ReadonlyArray<Row>
    readonly given: ReadonlyArray<GivenRow>
  }>
}

interface Known {
  /** As the query returns it. */
  readonly text: string
  /** As people type it, or compute it. */
  readonly forms: ReadonlyArray<CellState>
}

const texts: ReadonlyArray<Known> = [
  { text: "a1", forms: [{ value: " a1 " }, { value: "a\u200b1" }, { formula: '="a"&"1"' }] },
  { text: "007", forms: [{ value: "007" }] },
  { text: "7", forms: [{ value: 7 }, { value: "7 " }] },
  { text: "й-1", forms: [{ value: "й-1".normalize("NFD") }] },
  { text: "a b", forms: [{ value: "a\u00a0b" }, { value: "a  b" }] },
  { text: "Итого за день", forms: [{ value: "Итого за день" }] },
  { text: "#нет", forms: [{ value: "#нет" }] },
  { text: "x-9", forms: [{ value: "x-9" }] }
]
const numbers: ReadonlyArray<Known> = [
  { text: "7", forms: [{ value: "007" }, { value: "7,0" }, { value: 7 }, { formula: "=3+4" }] },
  { text: "12", forms: [{ value: "12" }, { value: "012" }] },
  { text: "3.5", forms: [{ value: "3,5" }, { value: "3.50" }] },
  { text: "100", forms: [{ value: "0100" }] },
  { text: "41", forms: [{ value: 41 }] },
  { text: "0", forms: [{ value: "0,0" }, { value: "00" }] }
]
/** The values of the second column of a key, always text. */
const halls = ["зал", "бар"]

const foreign: ReadonlyArray<CellState> = [
  { value: "Бакалея" },
  { value: "Итого" },
  { value: "позвонить поставщику" },
  { value: "b-17" },
  { value: 512 },
  { formula: "=500+12" },
  { value: "7 (уточнить)" },
  { value: "a1?" },
  { value: true }
]
const errors: ReadonlyArray<CellState> = [
  { formula: "=1/0" },
  { formula: "=#REF!" },
  { value: "#Н/Д" },
  { value: "#N/A" },
  { value: "#ССЫЛКА!" }
]
const loadings: ReadonlyArray<CellState> = [{ value: "Loading..." }, { value: "Загрузка…" }]

const remarks: ReadonlyArray<CellState> = [
  { value: "моя" },
  { value: 5 },
  { value: true },
  { note: "спросить" },
  { value: "!", note: "?" }
]

interface Drawn extends Draw {
  readonly from: <A>(all: ReadonlyArray<A>) => A
  readonly kind: Case["kind"]
  readonly width: Case["width"]
}

const pool = ({ kind }: Pick<Case, "kind">) => (kind === "text" ? texts : numbers)

const written = (kind: Case["kind"], text: string): CellState => ({ value: kind === "number" ? Number(text) : text })

/** The cells of a key as the export writes them, in the order of its headers. */
export const writtenKeys = (kind: Case["kind"], parts: ReadonlyArray<string>): ReadonlyArray<CellState> =>
  parts.map((text, at) => (at === 0 ? written(kind, text) : { value: text }))

const keyCells = ({ from, chance, kind, width }: Drawn): ReadonlyArray<KeyCell> => {
  const known = from(pool({ kind }))
  const first: KeyCell = {
    cell: chance(0.5) ? written(kind, known.text) : from(known.forms),
    meaning: { _tag: "Key", key: known.text }
  }
  if (width === 1) return [first]
  const hall = from(halls)
  return [first, { cell: { value: hall }, meaning: { _tag: "Key", key: hall } }]
}

const blank: KeyCell = { cell: undefined, meaning: { _tag: "Blank" } }

/** For a key with two columns, one cell says something else and the other stays. */
const strange = (drawn: Drawn, what: "Other" | "Error" | "Loading" | "Blank"): ReadonlyArray<KeyCell> => {
  const cells = { Other: foreign, Error: errors, Loading: loadings, Blank: [undefined, { value: " " }] }
  const odd: KeyCell = { cell: drawn.from<Raw>(cells[what]), meaning: { _tag: what } }
  const [first = blank, second] = keyCells(drawn)
  if (second === undefined) return [odd]
  if (drawn.chance(0.2)) return [odd, blank]
  return drawn.chance(0.5) ? [odd, second] : [first, odd]
}

const rowOf = ({ chance, from, int }: Drawn, keys: ReadonlyArray<KeyCell>): Row => ({
  keys,
  name: chance(0.8) ? { value: `Товар ${int(1, 9)}` } : undefined,
  remark: chance(0.3) ? from(remarks) : chance(0.2) ? { formula: "=1+1" } : undefined,
  price: chance(0.8) ? { value: int(1, 9) } : chance(0.5) ? { formula: "=2*3" } : undefined,
  status: undefined
})

const kinds = ["Other", "Error", "Loading", "Blank"] as const

const anyRow = (drawn: Drawn): Row =>
  rowOf(drawn, drawn.chance(0.5) ? keyCells(drawn) : strange(drawn, drawn.from(kinds)))

const emptyRow = ({ width }: Drawn): Row => ({
  keys: Array.from({ length: width }, () => blank),
  name: undefined,
  remark: undefined,
  price: undefined,
  status: undefined
})

const put = (rows: ReadonlyArray<Row>, at: number, ...more: ReadonlyArray<Row>) => [
  ...rows.slice(0, at),
  ...more,
  ...rows.slice(at)
]

/** One edit by a person. */
const edited = (drawn: Drawn, rows: ReadonlyArray<Row>): ReadonlyArray<Row> => {
  const { chance, from, int } = drawn
  const at = int(0, Math.max(0, rows.length - 1))
  const change = (more: Partial<Row>) => rows.map((row, index) => (index === at ? { ...row, ...more } : row))
  switch (int(0, 13)) {
    case 0:
      return put(rows, int(0, rows.length), rowOf(drawn, strange(drawn, from(kinds))))
    case 1:
      return put(rows, int(0, rows.length), emptyRow(drawn))
    case 2:
      return rows.map((row, index) =>
        index === at ? { ...row, keys: strange(drawn, from(kinds)), was: row.was ?? row.keys } : row
      )
    case 3:
      return change({ keys: keyCells(drawn) })
    case 4:
      return change({ name: from<Raw>([{ value: "переписано" }, undefined, { formula: '="x"' }]) })
    case 5:
      return change({ price: from<Raw>([{ value: "дорого" }, { value: 77 }, undefined, { formula: "=1/0" }]) })
    case 6:
      return change({ remark: chance(0.3) ? undefined : from(remarks) })
    case 7:
      return change({ status: from<Raw>([{ value: "снято" }, { value: "в пути" }, undefined]) })
    case 8:
      return rows.filter((_, index) => index !== at)
    case 9:
      return rows.toReversed()
    case 10: {
      const [moved] = rows.slice(at, at + 1)
      const others = rows.filter((_, index) => index !== at)
      return moved === undefined ? rows : put(others, int(0, others.length), moved)
    }
    case 11:
      return put(rows, int(0, rows.length), rowOf(drawn, keyCells(drawn)))
    case 12:
      // The broken keys work again.
      return rows.map(({ was, ...row }) => (was === undefined ? row : { ...row, keys: was }))
    default: {
      const [copied] = rows.slice(at, at + 1)
      return copied === undefined || chance(0.7) ? rows : put(rows, int(0, rows.length), copied)
    }
  }
}

const givenOf = (drawn: Drawn): ReadonlyArray<GivenRow> => {
  const { chance, int, kind, width } = drawn
  const all = pool({ kind }).flatMap(({ text }) => (width === 1 ? [[text]] : halls.map((hall) => [text, hall])))
  const share = chance(0.1) ? 0 : chance(0.2) ? 1 : 0.5
  return all
    .filter(() => chance(share))
    .map((parts) => ({
      parts,
      name: chance(0.9) ? `Товар ${int(1, 9)}` : null,
      price: chance(0.9) ? String(int(1, 9)) : null
    }))
}

/** The same seed gives the same case. */
export const caseOf = (seed: number): Effect.Effect<Case> =>
  Effect.map(draw(seed), (by) => {
    // The index is within bounds; the drawn value may itself be undefined.
    const from = <A>(all: ReadonlyArray<A>): A => all[by.int(0, all.length - 1)] as A
    const drawn: Drawn = {
      ...by,
      from,
      kind: from(["text", "number"] as const),
      width: by.chance(0.3) ? 2 : 1
    }
    const rounds = Array.from({ length: by.int(2, 5) }, () => {
      const times = by.chance(0.2) ? 0 : by.int(1, 4)
      // Drawn when the edit is applied, from the rows of that moment.
      const edit = (rows: ReadonlyArray<Row>) =>
        Array.from({ length: times }).reduce<ReadonlyArray<Row>>((now) => edited(drawn, now), rows)
      return { edit, given: givenOf(drawn) }
    })
    return {
      seed,
      kind: drawn.kind,
      width: drawn.width,
      gone: from(["keep", "mark", "remove", "remove"] as const),
      isSorted: by.chance(0.5),
      gaps: Array.from({ length: 4 }, () => (by.chance(0.3) ? 1 : 0)),
      first: by.chance(0.5) ? [] : Array.from({ length: by.int(1, 5) }, () => anyRow(drawn)),
      rounds
    }
  })
