/** The four formats as a vendor writes them: a good list, and the pieces that bad ones are made of. */

export type Format = "json" | "ndjson" | "xml" | "csv"

export interface Spelling {
  readonly type: string
  /** Where the entity finds its records. */
  readonly records: string
  readonly begin: string
  readonly record: (id: number) => string
  readonly between: string
  readonly end: string
  /** A record that has begun: a text of it goes on from here, or values do. */
  readonly text: string
  readonly values: string
  /** One more value. */
  readonly value: string
  readonly blank: string
}

const row = (id: number) => JSON.stringify({ id, name: `name ${id}` })

export const spellings: Readonly<Record<Format, Spelling>> = {
  json: {
    type: "application/json",
    records: "/items",
    begin: '{"items":[',
    record: row,
    between: ",",
    end: "]}",
    text: '{"id":9,"name":"',
    values: '{"id":9,"name":[0',
    value: ",{}",
    blank: " "
  },
  ndjson: {
    type: "application/x-ndjson",
    records: "",
    begin: "",
    record: row,
    between: "\n",
    end: "\n",
    text: '{"id":9,"name":"',
    values: '{"id":9,"name":[0',
    value: ",[]",
    blank: "\n"
  },
  xml: {
    type: "application/xml",
    records: "list/item",
    begin: "<list>",
    record: (id) => `<item><id>${id}</id><name>name ${id}</name></item>`,
    between: "",
    end: "</list>",
    text: "<item><id>9</id><name>",
    values: "<item><id>9</id>",
    value: "<a/>",
    blank: "\n"
  },
  csv: {
    type: "text/csv",
    records: "",
    begin: "id,name\n",
    record: (id) => `${id},name ${id}`,
    between: "\n",
    end: "\n",
    text: "9,",
    values: "9",
    value: ",",
    blank: "\n"
  }
}

export const formats: ReadonlyArray<Format> = ["json", "ndjson", "xml", "csv"]

/** Ids 1 to 3: what every table holds before its vendor turns. */
export const good = (format: Format, from = 1): string => {
  const { begin, between, end, record } = spellings[format]
  return begin + [from, from + 1, from + 2].map(record).join(between) + end
}

const piece = 1 << 16

/** The text again and again, in pieces that are made when they are asked for; without a size for ever. */
export function* repeated(text: string, size = Number.POSITIVE_INFINITY): Generator<string> {
  const whole = text.repeat(Math.ceil(piece / text.length))
  for (let left = size; left > 0; left -= whole.length) yield left < whole.length ? whole.slice(0, left) : whole
}

/** The list with its records and no end. */
export function* endless(format: Format): Generator<string> {
  const { begin, between, record } = spellings[format]
  yield begin
  for (let id = 1; ; ) {
    let text = ""
    while (text.length < piece) text += record(id++) + between
    yield text
  }
}
