/** The formats of a page of records; each is written record by record. */
import type { Item } from "./Records.ts"

export interface PageInfo {
  readonly total: number
  /** The token of the next page, null on the last. */
  readonly next: string | null
  /** Its address below the host. */
  readonly address: string | null
}

export interface Format {
  readonly contentType: string
  readonly open: (page: PageInfo) => string
  readonly record: (item: Item) => string
  readonly between: string
  readonly close: (page: PageInfo) => string
}

/** By the extension of the path, such as `/items.xml`. Without one it is `json`. */
export const formats: Readonly<Record<string, Format>> = {
  json: {
    contentType: "application/json",
    open: ({ total }) => `{"total":${total},"items":[`,
    record: (item) => jsonOf(item),
    between: ",",
    close: ({ next }) => `],"next":${JSON.stringify(next)}}`
  },
  array: {
    contentType: "application/json",
    open: () => "[",
    record: (item) => jsonOf(item),
    between: ",",
    close: () => "]"
  },
  linked: {
    contentType: "application/json",
    open: () => '{"items":[',
    record: (item) => jsonOf(item),
    between: ",",
    close: ({ address }) => `],"links":{"next":${JSON.stringify(address === null ? null : { href: address })}}}`
  },
  ndjson: {
    contentType: "application/x-ndjson",
    open: () => "",
    record: (item) => `${jsonOf(item)}\n`,
    between: "",
    close: () => ""
  },
  xml: {
    contentType: "application/xml;charset=UTF-8",
    open: ({ total }) => `<?xml version="1.0" encoding="UTF-8"?><response><total>${total}</total><items>`,
    record: (item) => xmlOf(item),
    between: "",
    close: ({ next }) => `</items>${next === null ? "" : `<next>${next}</next>`}</response>`
  },
  csv: {
    contentType: "text/csv;charset=UTF-8",
    open: () => "id,name,amount,updated_at,owner_id,owner_name,tags\r\n",
    record: (item) => csvOf(item),
    between: "",
    close: () => ""
  }
}

/** The amount is written digit by digit: as a JavaScript number it would be rounded. */
export const jsonOf = ({ id, name, amount, updated_at, owner, tags }: Item): string =>
  `{"id":${id},"name":${JSON.stringify(name)},"amount":${amount},"updated_at":${JSON.stringify(updated_at)},` +
  `"owner":${JSON.stringify(owner)},"tags":${JSON.stringify(tags)}}`

const xmlOf = ({ id, name, amount, updated_at, owner, tags }: Item): string =>
  `<item><id>${id}</id><name>${escapeXml(name)}</name><amount>${amount}</amount><updated_at>${updated_at}</updated_at>` +
  `<owner><id>${owner.id}</id><name>${escapeXml(owner.name)}</name></owner>` +
  `<tags>${tags.map((tag) => `<tag>${escapeXml(tag)}</tag>`).join("")}</tags></item>`

const escapeXml = (text: string) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;")

const csvOf = ({ id, name, amount, updated_at, owner, tags }: Item): string =>
  `${[id, name, amount, updated_at, owner.id, owner.name, tags.join(";")].map(quoteCsv).join(",")}\r\n`

const quoteCsv = (value: string | number) => {
  const text = String(value)
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
