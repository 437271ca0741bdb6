/** The APIs of recipes about pages, requests and authorization, by the title of the recipe: each lists the same records in its own style. */
import { createHmac } from "node:crypto"

export interface Item {
  readonly id: number
  readonly name: string
  /** Grows with each change. */
  readonly version: number
}

export interface Asked {
  readonly method: string
  readonly url: URL
  readonly headers: Readonly<Record<string, string | ReadonlyArray<string> | undefined>>
  readonly body: string
}

export interface Told {
  readonly status?: number
  readonly headers?: Readonly<Record<string, string>>
  readonly body: unknown
}

/** The secrets that the recipes name. */
export const secrets = {
  SHOP_PASSWORD: "a password",
  SHOP_REFRESH_TOKEN: "a key",
  SHOP_SECRET: "a secret",
  SHOP_KEY: "a public key"
}

/** An API without its records; they are in the order of their ids. */
export type Api = (items: ReadonlyArray<Item>, asked: Asked) => Told

const refused: Told = { status: 400, body: { error: "this is not asked as documented" } }

const part = (items: ReadonlyArray<Item>, from: number, count = 10) => items.slice(from, from + count)

const addressOf = ({ url }: Asked, from: number): string => {
  const next = new URL(url)
  next.searchParams.set("from", String(from))
  return next.href
}

const fromOf = ({ url }: Asked): number => Number(url.searchParams.get("from") ?? 0)

const day = (offset: number): string => new Date(Date.now() + offset * 86_400_000).toISOString().slice(0, 10)

/** Whether the text is that day anywhere on earth. */
const isDay = (text: string | null, offset: number): boolean =>
  [offset - 1, offset, offset + 1].some((about) => text === day(about))

const unauthorized: Told = { status: 401, body: { error: "who are you?" } }

const bearer = ({ headers }: Asked, token: string): boolean => headers.authorization === `Bearer ${token}`

/** The day on which an item came into being. */
const dayOf = ({ id }: Item): string => new Date(Date.UTC(2026, 0, 1 + 2 * id)).toISOString().slice(0, 10)

/** The servers that were asked for a list once. */
const prepared = new Set<string>()

export const apis: Readonly<Record<string, Api>> = {
  "A page number in the body of a POST": (items, { body, method }) => {
    const { filter, paging } = JSON.parse(body)
    if (method !== "POST" || filter?.open !== true || !Number.isInteger(paging?.page)) return refused
    return { body: { items: part(items, paging.page * paging.size, paging.size) } }
  },
  "GraphQL with `pageInfo`": (items, { body }) => {
    const { query, variables } = JSON.parse(body)
    if (!String(query).includes("deals(first: $first, after: $after)")) return { body: { errors: [{ message: "no" }] } }
    const from = items.filter(({ id }) => id <= Number(variables.after ?? 0)).length
    const nodes = part(items, from, variables.first)
    const pageInfo = { endCursor: nodes.at(-1)?.id.toString() ?? null, hasNextPage: from + nodes.length < items.length }
    return { body: { data: { deals: { nodes, pageInfo } } } }
  },
  "The address of the next page in the answer": (items, asked) => {
    const from = fromOf(asked)
    const next = from + 10 < items.length ? addressOf(asked, from + 10) : null
    return { body: { count: items.length, next, results: part(items, from) } }
  },
  "The address of the next page in a header": (items, asked) => {
    const from = fromOf(asked)
    const next = from + 10 < items.length ? { "x-next": addressOf(asked, from + 10) } : {}
    return { headers: next, body: part(items, from) }
  },
  "A cursor in a header": (items, { url: { searchParams } }) => {
    const from = Number(searchParams.get("continue")?.replace("behind ", "") ?? 0)
    const next = from + 10 < items.length ? { "x-continuation": `behind ${from + 10}` } : {}
    return { headers: next, body: part(items, from) }
  },
  "A list that is prepared first": (items, { url }) => {
    if (prepared.has(url.host)) return { body: { items } }
    prepared.add(url.host)
    return { status: 202, body: { state: "preparing", items: [] } }
  },
  "Behind the last key": (items, { url: { searchParams } }) => {
    if (searchParams.get("sort") !== "id") return refused
    const behind = items.filter(({ id }) => id > Number(searchParams.get("id_after") ?? 0))
    return { body: part(behind, 0, Number(searchParams.get("limit"))) }
  },
  "Windows of time": (items, { url: { searchParams } }) => {
    const [from, to] = [searchParams.get("created_from") ?? "", searchParams.get("created_to") ?? ""]
    const days = (Date.parse(to) - Date.parse(from)) / 86_400_000
    if (!(days >= 0 && days < 7)) return refused
    return { body: { items: items.filter((item) => dayOf(item) >= from && dayOf(item) <= to) } }
  },
  "A login that answers with a token": (items, asked) => {
    if (asked.url.pathname === "/login") {
      const isReader = asked.body === JSON.stringify({ user: "reader", password: secrets.SHOP_PASSWORD })
      return isReader ? { body: { data: { token: "a token" } } } : unauthorized
    }
    return bearer(asked, "a token") ? { body: { items } } : unauthorized
  },
  "Signed requests": (items, { body, headers, method, url }) => {
    const text = `${method}\n${url.pathname}${url.search}\n${headers.date}\n${body}`
    const signature = createHmac("sha256", secrets.SHOP_SECRET).update(text).digest("base64")
    const isTimely = Math.abs(Date.parse(String(headers.date)) - Date.now()) < 60_000
    const isNamed = headers["user-agent"] === "ExampleMirror/1.0"
    const isSigned = headers.authorization === `HMAC reader:${signature}`
    return isTimely && isNamed && isSigned && url.search === "?state=open" ? { body: { items } } : unauthorized
  },
  "Requests signed in the query, as exchanges want it": (items, { headers, url }) => {
    const [signed = "", signature] = url.search.slice(1).split("&signature=")
    const { searchParams: query } = url
    const isTimely = Math.abs(Number(query.get("timestamp")) - Date.now()) < Number(query.get("recvWindow"))
    const isSigned = signature === createHmac("sha256", secrets.SHOP_SECRET).update(signed).digest("hex")
    const isAsked = headers["x-api-key"] === secrets.SHOP_KEY && query.get("state") === "open"
    if (!isTimely || !isSigned || !isAsked) return refused
    return { body: { items: part(items, (Number(query.get("page")) - 1) * 10, Number(query.get("limit"))) } }
  },
  "OAuth with a refresh token": (items, asked) => {
    if (asked.url.pathname === "/token") {
      const form = new URLSearchParams(asked.body)
      const isMirror =
        asked.headers.authorization === `Basic ${btoa(`mirror:${encodeURIComponent(secrets.SHOP_SECRET)}`)}`
      const isGiven =
        form.get("grant_type") === "refresh_token" && form.get("refresh_token") === secrets.SHOP_REFRESH_TOKEN
      return isMirror && isGiven ? { body: { access_token: "a token", expires_in: 60 } } : unauthorized
    }
    return bearer(asked, "a token") ? { body: { items } } : unauthorized
  },
  "Dates in the request": (items, { url: { searchParams } }) => {
    const isFrom = /^\d\d\.\d\d\.\d{4}$/.test(searchParams.get("from") ?? "")
    return isFrom && isDay(searchParams.get("to"), 0) ? { body: { items } } : refused
  },
  "A form": (items, { body, headers }) => {
    const form = new URLSearchParams(body)
    const isForm = headers["content-type"] === "application/x-www-form-urlencoded" && form.get("kind") === "deal"
    if (!isForm || !isDay(form.get("since"), -30)) return refused
    return { body: { items: part(items, Number(form.get("start")) - 1, Number(form.get("count"))) } }
  },
  "Through a proxy": (items) => ({ body: items }),
  "Only what changed, in a filter": (items, { url: { searchParams } }) => {
    const [, since] = /^version>(\d+)$/.exec(searchParams.get("filter") ?? "") ?? []
    return since === undefined ? refused : { body: { items: items.filter(({ version }) => version > Number(since)) } }
  }
}
