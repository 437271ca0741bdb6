/**
 * The records of the benchmark: record `n` is the same whenever and wherever it is made, as JSON, as XML and as a line
 * of PostgreSQL's COPY text format.
 */

export interface Field {
  readonly column: string
  readonly type: string
  /** The vendor's name of it: the column's, as the configuration expects it. */
  readonly name: string
  /** Not in quotation marks in JSON. */
  readonly bare: boolean
  readonly value: (n: number) => string | null
}

/** A well-mixed number for the record and the field; 32 bits. */
const mix = (n: number, salt: number): number => {
  let hash = Math.imul(n ^ (salt * 0x9e3779b1), 0x85ebca6b)
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35)
  return (hash ^ (hash >>> 16)) >>> 0
}

const hex = (n: number, salt: number): string => mix(n, salt).toString(16).padStart(8, "0")

const uuid = (n: number, salt: number): string => {
  const tail = hex(n, salt + 1)
  return `${hex(n, salt)}-${tail.slice(0, 4)}-4${tail.slice(5)}-a${hex(n, salt + 2).slice(5)}-${hex(n, salt + 3)}${tail.slice(4)}`
}

const goods = ["Молоко 3,2%", "Сыр «Российский»", "Эспрессо", "Картофель фри", "Бургер с говядиной", "Лимонад & мята"]
const comments = ["оплата по счёту", 'закрыто "вручную"', "перенос остатков на склад (бар)"]

const pick = (choices: ReadonlyArray<string>, at: number): string => choices[at % choices.length] ?? ""

const two = (n: number): string => String(n).padStart(2, "0")

const day = (n: number, salt: number): string => {
  const at = mix(n, salt)
  return `20${two(20 + (at % 7))}-${two(1 + ((at >>> 3) % 12))}-${two(1 + ((at >>> 7) % 28))}`
}

const money = (n: number, salt: number, digits: number): string => {
  const at = mix(n, salt) % 10_000_000
  const scale = 10 ** digits
  return `${n % 9 === 0 ? "-" : ""}${Math.floor(at / scale)}.${String(at % scale).padStart(digits, "0")}`
}

export const fields: ReadonlyArray<Field> = [
  { column: "id", type: "bigint", name: "id", bare: true, value: (n) => String(n + 1) },
  { column: "uid", type: "uuid", name: "uid", bare: false, value: (n) => uuid(n, 1) },
  { column: "name", type: "text", name: "name", bare: false, value: (n) => `${pick(goods, mix(n, 5))} №${n}` },
  { column: "amount", type: "decimal", name: "amount", bare: true, value: (n) => money(n, 6, 2) },
  { column: "quantity", type: "decimal", name: "quantity", bare: true, value: (n) => money(n, 7, 3) },
  { column: "day", type: "date", name: "day", bare: false, value: (n) => day(n, 8) },
  {
    column: "created_at",
    type: "timestamp",
    name: "createdAt",
    bare: false,
    value: (n) => `${day(n, 9)}T${two(n % 24)}:${two(n % 60)}:${two(mix(n, 9) % 60)}Z`
  },
  { column: "archived", type: "boolean", name: "archived", bare: true, value: (n) => String(mix(n, 10) % 5 === 0) },
  {
    column: "partner_id",
    type: "uuid",
    name: "partnerId",
    bare: false,
    value: (n) => (n % 10 === 0 ? null : uuid(n % 5_000, 11))
  },
  {
    column: "comment",
    type: "text",
    name: "comment",
    bare: false,
    value: (n) => (n % 3 === 0 ? null : pick(comments, mix(n, 15)))
  }
]

const jsonValue = (field: Field, value: string | null): string =>
  value === null ? "null" : field.bare ? value : JSON.stringify(value)

export const toJson = (n: number): string =>
  `{${fields.map((field) => `"${field.name}":${jsonValue(field, field.value(n))}`).join(",")}}`

const escapeXml = (text: string): string => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;")

/** A null is an element that is not there. */
export const toXml = (n: number): string => {
  const elements = fields.map((field) => {
    const value = field.value(n)
    return value === null ? "" : `<${field.name}>${escapeXml(value)}</${field.name}>`
  })
  return `<record>${elements.join("")}</record>`
}

/** No value holds a tab, a line break or a backslash, so none is escaped. */
export const toCopy = (n: number): string => `${fields.map((field) => field.value(n) ?? "\\N").join("\t")}\n`
