/**
 * A vendor that lists records in pages, in its own way and with its bad days, as a function of the request. It logs
 * what it returned in each read, which is all that a client can know.
 */
import type { Page } from "../../core/config/RequestTemplate.ts"
import { rawOf } from "./Draws.ts"
import type { ModelRecord } from "./Model.ts"

/** The vendor's way of listing, on good days. */
export interface Style {
  /** The order of a list by key is judged in test/upstream/Keyset.test.ts. */
  readonly page: Exclude<Page, { readonly type: "keyset" }>
  /** The number of records on a page, whatever size is requested. */
  readonly cap: number
  /** The proof of the end: only the page after the last one, or a value beside the records. */
  readonly proof: "behind" | "total" | "totalOnce" | "header" | "pages" | "flag" | "link" | "short" | "named"
  /** The answer after the last page. */
  readonly behind: "empty" | "204" | "null" | "bare" | "404" | "416" | "422" | "again"
}

/** The trouble of one day. */
export type Trouble =
  | "total too high"
  | "hinted total"
  | "hinted more"
  | "hinted next"
  | "206"
  | "bytes"
  | "error beside"
  | "refusal"
  | "circle"
  | "ignores paging"
  | "flicker"
  | "outage"
  | "stops"
  | "down"
  | "html"
  | "cut"
  | "total falls"
  | "flag stuck"
  | "loop"
  | "foreign"

export interface Mood {
  readonly trouble?: Trouble
  /** The ordinals of requests that fail, and how. */
  readonly fails: ReadonlyMap<number, "503" | "429" | "broken">
  /** During this page of the first read, an already listed record leaves, or a new one comes in front. */
  readonly slide?: { readonly at: number; readonly does: "leaves" | ModelRecord }
  /** At each page boundary two records have no order: each request draws anew which of them comes first. */
  readonly ties?: number
  /** Records that are paged and then left out. */
  readonly ghosts: ReadonlySet<number>
}

/** The pages of one read as they were returned; a page that begins like an earlier one is that page again. */
export type ReadLog = Array<ReadonlyArray<ModelRecord>>

const origin = "http://vendor.test"

export class Vendor {
  readonly style: Style
  readonly mood: Mood
  readonly reads: Array<ReadLog> = []
  #list: Array<ModelRecord | undefined>
  #slid = false
  #requests = 0
  #refusals = 0
  #flickered = false
  #draws = 0

  constructor(style: Style, mood: Mood, list: ReadonlyArray<ModelRecord>) {
    this.style = style
    this.mood = mood
    const rest = [...list]
    this.#list = []
    while (rest.length > 0) this.#list.push(mood.ghosts.has(this.#list.length) ? undefined : rest.shift())
  }

  /** The current records. */
  get list(): ReadonlyArray<ModelRecord> {
    return visible(this.#list)
  }

  get slid(): boolean {
    return this.#slid
  }

  readonly answer = (url: URL): Response => {
    this.#requests += 1
    switch (this.mood.fails.get(this.#requests)) {
      case "503":
        return new Response("come back later", { status: 503 })
      case "429":
        return new Response("slowly", { status: 429, headers: { "retry-after": "0" } })
      case "broken":
        return new Response(brokenBody(), { headers: { "content-type": "application/json" } })
      default:
        return this.#page(this.#indexOf(url), url.pathname)
    }
  }

  #indexOf(url: URL): number {
    const { page } = this.style
    const asked = (name: string) => url.searchParams.get(name)
    switch (page.type) {
      case "none":
        return 0
      case "page":
        return Number(asked(page.param)) - page.first
      case "offset":
        return Number(asked(page.param)) / this.style.cap
      case "cursor":
        return Number(asked(page.param)?.slice(1) ?? 0)
      case "link":
        return Number(asked("after") ?? 0)
    }
  }

  #page(index: number, path: string): Response {
    const { trouble } = this.mood
    if (trouble === "down") return new Response("oh no", { status: 500 })
    if (trouble === "html")
      return new Response("<html>maintenance</html>", { headers: { "content-type": "text/html" } })
    if (Math.ceil(index) === 1 && trouble === "stops") return refusal(400)
    if (trouble === "outage" && (index > 0 || this.#refusals > 0)) {
      this.#refusals += 1
      return refusal(404)
    }
    if (Math.ceil(index) === 1 && trouble === "flicker" && !this.#flickered) {
      this.#flickered = true
      this.#refusals += 1
      return refusal(404)
    }
    this.#slide(index)
    const { cap, page } = this.style
    const wanted = this.#startsOver(index)
      ? 0
      : this.style.behind === "again" && this.#isBehind(index)
        ? this.count - 1
        : index
    const from = Math.round(wanted * cap)
    const records = page.type === "none" ? this.list : visible(this.#ordered().slice(from, from + cap))
    if (index > 0 && this.#isBehind(index) && /^\d+$/.test(this.style.behind)) {
      this.#refusals += 1
      const status = Number(this.style.behind)
      return status === 204 ? new Response(null, { status }) : refusal(status)
    }
    this.#keep(index, records)
    this.#refusals = 0
    return this.#body(index, records, path)
  }

  #ordered(): Array<ModelRecord | undefined> {
    const { mood, style } = this
    if (mood.ties === undefined) return this.#list
    const list = [...this.#list]
    for (let at = style.cap; at < list.length; at += style.cap) {
      this.#draws += 1
      const [before, behind] = [list[at - 1], list[at]]
      if (before === undefined || behind === undefined || Math.sin(mood.ties * this.#draws) < 0.3) continue
      list[at - 1] = behind
      list[at] = before
    }
    return list
  }

  /** The number of pages with records. */
  get count(): number {
    return this.style.page.type === "none"
      ? Math.min(1, this.#list.length)
      : Math.ceil(this.#list.length / this.style.cap)
  }

  #isBehind(index: number): boolean {
    return index > 0 && !this.#startsOver(index) && Math.round(index * this.style.cap) >= this.#list.length
  }

  #startsOver(index: number): boolean {
    const { trouble } = this.mood
    return (trouble === "ignores paging" && index > 0) || (trouble === "circle" && Math.ceil(index) >= 2)
  }

  #slide(index: number): void {
    const { slide } = this.mood
    if (slide === undefined || this.#slid || index !== slide.at || index >= this.count) return
    this.#slid = true
    if (slide.does === "leaves") this.#list.splice(0, 1)
    else this.#list.unshift(slide.does)
  }

  #keep(index: number, records: ReadonlyArray<ModelRecord>): void {
    // After two refusals the previous page is requested only to prove that the vendor is up.
    if (this.#refusals >= 2) return
    const current = this.reads.at(-1)
    const read = index === 0 || current === undefined ? [] : current
    if (read !== current) this.reads.push(read)
    if (records.length > 0 && read.every(([first]) => first !== records[0])) read.push(records)
  }

  #body(index: number, records: ReadonlyArray<ModelRecord>, path: string): Response {
    const { behind, page, proof } = this.style
    const { trouble } = this.mood
    const last = index >= this.count - 1
    const isBehind = this.#isBehind(index)
    const count = this.list.length
    const total = trouble === "total falls" && index > 0 ? count - 1 : count
    const next = last ? undefined : index + 1
    const looped = trouble === "loop" && last && index >= 2 ? 1 : next
    const headers = new Headers({ "content-type": "application/json" })
    if (proof === "header") headers.set("x-total-count", String(total))
    if (trouble === "total too high" && index === 0) headers.set("x-total-count", String(count + 2))
    const host = trouble === "foreign" ? "http://elsewhere.test" : origin
    const address = looped === undefined ? null : `${host}${path}?after=${looped}`
    const place = page.type === "link" ? page.next : undefined
    if ((page.type === "link" || proof === "link") && place === undefined && address !== null) {
      headers.set("link", `<${address}>; rel="next"`)
    }
    if (trouble === "bytes") headers.set("content-range", "bytes 0-99/5000")
    const body = {
      ...(behind === "bare" && isBehind ? {} : { items: behind === "null" && isBehind ? null : records.map(rawOf) }),
      ...(proof === "total" || (proof === "totalOnce" && index === 0) ? { all: { n: total } } : {}),
      ...(proof === "pages" ? { all: { p: this.count } } : {}),
      ...(proof === "flag" ? { rest: trouble === "flag stuck" || !last } : {}),
      ...(page.type === "cursor" ? { after: looped === undefined ? null : `c${looped}` } : {}),
      ...(place?.length === 1 ? { next: address } : {}),
      ...(place?.length === 2 ? { links: { next: address === null ? null : { href: address } } } : {}),
      ...(trouble === "hinted total" ? { count: count + 1 } : {}),
      ...(trouble === "hinted more" ? { has_more: true } : {}),
      ...(trouble === "hinted next" ? { next: `${origin}${path}?page=2` } : {}),
      ...(trouble === "error beside" ? { error: "the half of it" } : {}),
      well: trouble !== "refusal"
    }
    const text = JSON.stringify(body)
    return new Response(trouble === "cut" ? text.slice(0, -3) : text, {
      headers,
      status: trouble === "206" ? 206 : 200
    })
  }
}

const refusal = (status: number): Response => new Response('{"message": "no"}', { status })

/** A body that breaks off in its first bytes. */
const brokenBody = () => {
  let pulls = 0
  return new ReadableStream<Uint8Array>({
    pull: (controller) => {
      pulls += 1
      if (pulls === 1) controller.enqueue(new TextEncoder().encode('{"items": ['))
      else controller.error(new Error("the connection broke off"))
    }
  })
}

const visible = (list: ReadonlyArray<ModelRecord | undefined>): ReadonlyArray<ModelRecord> =>
  list.filter((record) => record !== undefined)
