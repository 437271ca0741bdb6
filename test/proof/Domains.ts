/** The values of columns in random cases, each with the forms that a source sends and the types that owners choose. */
import type { Column } from "../../core/config/Column.ts"
import type { Step } from "../../core/config/schema/TransformYaml.ts"
import type { Draw } from "../../core/plugin/SandboxDraw.ts"
import { bad, type Cell, refused } from "./Model.ts"

export interface Domain {
  readonly type: Column["type"]
  readonly values: ReadonlyArray<readonly [value: string | null, ...forms: ReadonlyArray<unknown>]>
  readonly bad: ReadonlyArray<unknown>
  /** What makes the values of the forms. */
  readonly transform?: ReadonlyArray<Step>
  /** Types that the table's owner may have chosen. */
  readonly owners?: ReadonlyArray<Owner>
  /** The chosen type. */
  readonly owner?: Owner
}

export interface Owner {
  readonly sql: string
  /** The stored form of a value. */
  readonly keeps: (value: string) => string | typeof refused
  /** Whether it is refused only when written, and not when read. */
  readonly onWrite?: boolean
}

const absent = [null, undefined, null] as const
const blank = [null, undefined, null, "", " "] as const
const same = (value: string): string => value

const moments = ["2026-03-01 08:00:00", "2026-03-01 08:00:00.000001", "2026-10-25 00:30:00", "1999-12-31 23:59:59.5"]
/** An instant in UTC, and texts of it in other zones. */
const instant = (text: string): Domain["values"][number] => {
  const [wall = "", fraction = ""] = text.split(".")
  const at = (hours: number) =>
    `${new Date(Date.parse(`${wall}Z`) + hours * 3_600_000).toISOString().slice(0, 19)}${fraction === "" ? "" : `.${fraction}`}`
  const zoned = [`${at(0)}Z`, `${at(3)}+03:00`, `${at(-5)}-05:00`, `${at(0)}+00`]
  return [`${wall}.${fraction.padEnd(6, "0")}`, ...zoned, ` ${at(0)}Z `]
}

const numbers: Domain["values"] = [
  ["1", 1, "1", "1.0", "1,00"],
  ["1.5", 1.5, "1.50", "1,5"],
  ["-2", -2, "-2.000"],
  ["1234.5", "1 234,5", "1,234.50"],
  ["0", 0, "0.00", "-0"]
]

const bigint: Domain = {
  type: "bigint",
  values: [
    ...Array.from({ length: 7 }, (_, at) => [String(at), at, String(at), `${at}.0`, ` ${at} `] as const),
    ["9007199254740993", "9007199254740993", "9007199254740993.0"]
  ],
  bad: ["x", "9223372036854775808", 1.5, "", null, undefined, {}, "1,234"]
}

export const keyDomains = {
  bigint,
  /** So many that the memory of keys has to grow. */
  manyBigints: {
    ...bigint,
    values: Array.from({ length: 3_000 }, (_, at) => [String(at), at, `${at}.0`] as const)
  },
  text: {
    type: "text",
    values: [
      ["", ""],
      ["k", "k"],
      ["k ", "k "],
      ["ключ", "ключ"],
      ['"quoted\\', '"quoted\\'],
      ["a\u001fb", "a\u001fb"],
      // In one form only: two that are equal only after their repair are rejected.
      ["k\ufffd", "k\0"],
      ["7", 7, "7"]
    ],
    bad: [null, undefined]
  },
  uuid: {
    type: "uuid",
    values: ["a0", "b1", "c2", "d3", "e4"].map((start) => {
      const id = `${start}000000-0000-4000-a000-00000000000f`
      return [id, id, id.toUpperCase(), ` ${id}`] as const
    }),
    bad: ["nope", "", null, undefined, 5]
  },
  decimal: { type: "decimal", values: numbers, bad: ["many", "1.2.3", "", null, undefined, "1,234", "1.234,5"] },
  timestamp: { type: "timestamp", values: moments.map(instant), bad: ["soon", "", null, "2026-02-30T00:00:00Z", 5] }
} satisfies Readonly<Record<string, Domain>>

const cut =
  (length: number) =>
  (value: string): string | typeof refused =>
    /^ *$/.test(value.slice(length)) ? value.slice(0, length) : refused

export const name: Domain = {
  type: "text",
  values: [
    ["a", "a"],
    ["b ", "b "],
    ["", ""],
    ["Ёлка", "Ёлка"],
    ["x\ufffd", "x\ufffd", "x\0", "x\udfff"],
    ['{"x":[1]}', { x: [1] }],
    absent
  ],
  bad: [],
  owners: [
    { sql: "varchar(4)", keeps: cut(4), onWrite: true },
    { sql: "varchar", keeps: same },
    {
      sql: "char(5)",
      keeps: (value) => (value.trimEnd().length > 5 ? refused : value.replace(/ +$/, "")),
      onWrite: true
    },
    { sql: "not_elka", keeps: (value) => (value === "Ёлка" ? refused : value), onWrite: true }
  ]
}

export const amount: Domain = {
  type: "decimal",
  values: [...numbers, blank],
  bad: ["many", {}, "1,234", "1.234,5"],
  owners: [
    { sql: "numeric(6,2)", keeps: same },
    { sql: "numeric(3,1)", keeps: (value) => (value === "1234.5" ? refused : value) },
    { sql: "numeric(9,0)", keeps: (value) => ({ "1.5": "2", "1234.5": "1235" })[value] ?? value },
    { sql: "tiny_price", keeps: (value) => (value === "1234.5" || value === "-2" ? refused : value), onWrite: true }
  ]
}

export const quantity: Domain = {
  type: "integer",
  values: [
    ["3", 3, "3", "3.0"],
    ["-7", -7, "-7"],
    ["2147483647", 2147483647]
  ],
  bad: ["9999999999", 2147483648, 1.5, "x", "", null, undefined],
  owners: [
    { sql: "smallint", keeps: (value) => (value === "2147483647" ? refused : value) },
    { sql: "bigint", keeps: same }
  ]
}

/** Columns that a case may have or lack. */
export const others: Readonly<Record<string, Domain>> = {
  at: {
    type: "timestamp",
    values: [...moments.map(instant), blank],
    bad: ["soon", 5, {}],
    owners: [
      { sql: "timestamp", keeps: same },
      { sql: "timestamptz(3)", keeps: (value) => value.replace("00.000001", "00.000000") }
    ]
  },
  ratio: {
    type: "double",
    values: [["0.1", 0.1, "0.1", "1e-1"], ["16777217", 16777217, "16 777 217"], ["-0.25", "-0,25"], blank],
    bad: ["x", "1e999"],
    owners: [{ sql: "real", keeps: (value) => (value === "16777217" ? "1.6777216e+07" : value) }]
  },
  doc: {
    type: "json",
    values: [
      ['{"a": [1, null], "b": "x"}', { b: "x", a: [1, null] }],
      ['"x"', "x"],
      ["[]", []],
      ["false", false],
      absent
    ],
    bad: [],
    owners: [{ sql: "json", keeps: same }]
  }
}

/** Columns whose values are made by steps. */
export const transformed: Readonly<Record<string, Domain>> = {
  state: {
    type: "text",
    transform: ["trim", { map: { A: "active", C: "closed" }, otherwise: "none" }],
    values: [["active", "A", " A "], ["closed", "C"], ["none", "B", "", 7, "a"], absent],
    bad: [{}, { A: 1 }]
  },
  fee: {
    type: "decimal",
    transform: [{ replace: "[a-z]", with: "" }, "cents"],
    values: [["19.99", 1999, "1999", "1 999 ct"], ["-0.05", -5, "-5"], ["0", 0, "0.00"], blank],
    bad: ["-", {}, "1,234"]
  },
  grade: {
    type: "integer",
    transform: ["upper", "trim", { map: { A: 1, Ä: 2, "7": 3 } }],
    values: [["1", "a", " A"], ["2", "ä", "Ä "], ["3", 7, "7"], absent],
    bad: ["", "B", 8, {}]
  },
  invoice: {
    type: "bigint",
    transform: [{ extract: "(?:no|№)\\s*(\\d+)" }],
    values: [
      ["12", "no12", "invoice no 12 of 99", "№ 12."],
      ["9007199254740993", "№9007199254740993"],
      [null, null, undefined, "", "12", 12, "no x"]
    ],
    bad: [{}, "no 9223372036854775808"]
  },
  tags: {
    type: "json",
    transform: [{ split: "," }, "trim", "lower"],
    values: [
      ['["a", "б"]', "a,б", " A , Б ", ["a", "Б"], ["a,б"]],
      ['["a", ""]', "a,", ["A", " "]],
      ["[]", []],
      [null, null, undefined, ""]
    ],
    bad: [{}, ["a", { b: "c" }]]
  }
}

/** Statements that create what the owners' types above need. */
export const ownersDdl = [
  "create domain not_elka as varchar(20) check (value <> 'Ёлка')",
  "create domain price as numeric(9,1)",
  "create domain tiny_price as price check (value between 0 and 100)"
]

export type Picked = Readonly<Record<string, string | null>>

export const pickRow = (random: Draw, domains: Readonly<Record<string, Domain>>): Picked =>
  Object.fromEntries(
    Object.entries(domains).map(([title, { values }]) => [title, values[random.int(0, values.length - 1)]?.[0] ?? null])
  )

const isRepaired = (raw: unknown): boolean => typeof raw === "string" && (raw.includes("\0") || !raw.isWellFormed())

/** Draws the source's form of a value: one of its forms, or something invalid. */
export const sentCell = (random: Draw, domain: Domain, value: string | null, spoil: boolean): Cell => {
  if (spoil && domain.bad.length > 0) {
    return { raw: domain.bad[random.int(0, domain.bad.length - 1)], value: bad, repaired: false }
  }
  const [, ...forms] = domain.values.find(([candidate]) => candidate === value) ?? [null]
  const raw = forms[random.int(0, forms.length - 1)]
  const kept = value === null ? null : (domain.owner?.keeps(value) ?? value)
  return {
    raw,
    value: kept,
    repaired: isRepaired(raw),
    ...(typeof kept === "string" && kept !== value ? { rounded: true } : {}),
    ...(kept === refused && domain.owner?.onWrite === true ? { onWrite: true } : {})
  }
}
