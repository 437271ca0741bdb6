/**
 * All pages of a list, one after the other, as one source. Each page's connection is released before the next page is
 * requested. A page that begins with the same record as an earlier page is that page again, and its records are not
 * handed on. The state between two pages is data, from which a read can continue.
 */
import { hash } from "node:crypto"
import { Cause, Channel, Effect, Exit, Option, Pull, Scope } from "effect"
import type { Page } from "../../config/RequestTemplate.ts"
import { reason } from "../../reason/Reason.ts"
import { type Batch, type Completeness, completeIn, partial, type Source, type UpstreamError } from "../Source.ts"
import type { PageFacts, PageRequest } from "./Pager.ts"
import { makePager, type PagerState } from "./Pagers.ts"

type PagePull = Pull.Pull<Batch, UpstreamError, Completeness>

/**
 * Recognises pages by their first record: it has a key, so a page that begins with the same record is that page again.
 */
const repetitionIn =
  (pages: Map<string, number>) =>
  (number: number, [first]: Batch): number | undefined => {
    const print = hash("sha1", printOf(first))
    const earlier = pages.get(print)
    if (earlier === undefined) pages.set(print, number)
    return earlier
  }

/** Everything that is known between two pages, as JSON. */
export interface PagesState {
  readonly pager: PagerState
  /** The next page, with its number counted from 1. */
  readonly request: PageRequest
  readonly number: number
  readonly previous: PageRequest | null
  readonly sum: number
  readonly pages: number
  /** The first record of each page, as a hash, with the number of the page. */
  readonly firsts: ReadonlyArray<readonly [string, number]>
}

export interface PagesOptions {
  /** See `ReadOptions.wary`. */
  readonly wary?: boolean | undefined
  /** Continues a read; its completeness is that of all pages. */
  readonly from?: PagesState | undefined
  /** Called when all records of a page were handed on and another page follows. */
  readonly onPage?: ((state: () => PagesState) => void) | undefined
}

/** A record too deep for `JSON.stringify` is identified by its upper levels. */
const printOf = (record: Batch[0]): string => {
  try {
    return JSON.stringify(record)
  } catch {
    return JSON.stringify(record, (key, value: unknown) => (key === "" || typeof value !== "object" ? value : null))
  }
}

const errorOf = (cause: Cause.Cause<UpstreamError | Cause.Done<unknown>>): UpstreamError | undefined => {
  const error = Option.getOrUndefined(Cause.findErrorOption(cause))
  return error?._tag === "UpstreamError" ? error : undefined
}

/** A refusal after the first page that may only mean that the page does not exist. */
const endStatus = (page: Page, number: number, error: UpstreamError | undefined) => {
  if ((page.type !== "page" && page.type !== "offset") || number === 1) return undefined
  if (error?.kind !== "Status" || error.status === undefined) return undefined
  if (page.endStatus?.includes(error.status)) return "declared"
  return error.status === 404 || error.status === 416 ? "usual" : undefined
}

export const paginate = (
  declared: Page,
  fetchPage: (request: PageRequest, number: number) => Channel.Channel<Batch, UpstreamError, PageFacts>,
  { from, onPage, wary = false }: PagesOptions = {}
): Source =>
  Channel.fromTransformBracket((_upstream, _scope, scope) =>
    Effect.sync(() => {
      const pager = makePager(declared, wary, from && structuredClone(from.pager))
      const firsts = new Map(from?.firsts)
      const repetition = repetitionIn(firsts)
      let sum = from?.sum ?? 0
      let pages = from?.pages ?? 0
      let previous: PageRequest | undefined = from?.previous ?? undefined

      const turn = (request: PageRequest, number: number, records: number, facts: PageFacts, repeats?: number) => {
        const next = pager.next({
          ...facts,
          number,
          records,
          sum,
          pages,
          ...(repeats === undefined ? {} : { repeats })
        })
        if ("_tag" in next) {
          return Cause.done(next._tag === "Complete" ? completeIn(next.pages > 1 ? next.pages : pages) : next)
        }
        previous = request
        onPage?.(() => ({
          pager: pager.state,
          request: next,
          number: number + 1,
          previous: request,
          sum,
          pages,
          firsts: [...firsts]
        }))
        return follow(open(next, number + 1, "first"))
      }

      /** The same refusal twice, while the page before still answers, is the end and not an outage. */
      const behind = (
        request: PageRequest,
        number: number,
        time: "first" | "second",
        cause: Cause.Cause<UpstreamError | Cause.Done<Completeness>>
      ): PagePull => {
        const error = errorOf(cause)
        const over = Effect.suspend(() => turn(request, number, 0, {}))
        if (request.beyond === "proven" && error !== undefined) return over
        if (request.beyond === "said" && error !== undefined) {
          if (error.kind === "Status" && (error.status ?? 500) < 500) return over
          if (error.kind === "Format") return Cause.done(partial(reason("read.beyond", { why: error.reason })))
        }
        const ends = endStatus(declared, number, error)
        if (ends === "declared") return over
        if (ends === undefined || previous === undefined) return Effect.failCause(cause)
        if (time === "first") return follow(open(request, number, "second"))
        return Channel.runDrain(fetchPage(previous, number - 1)).pipe(
          Effect.matchEffect({ onFailure: () => Effect.failCause(cause), onSuccess: () => over })
        )
      }

      /** An empty answer is the end in the same way; as a first page it proves nothing. */
      const blank = (request: PageRequest, number: number, time: "first" | "second", facts: PageFacts): PagePull => {
        const nothing = Cause.done(partial(reason("read.blank", { page: number })))
        if (previous === undefined) return nothing
        if (request.beyond !== undefined) return turn(request, number, 0, facts)
        if (time === "first") return follow(open(request, number, "second"))
        return Effect.flatMap(Channel.runDrain(fetchPage(previous, number - 1)), (before) =>
          before.blank === true ? nothing : turn(request, number, 0, facts)
        )
      }

      const open = Effect.fnUntraced(function* (
        request: PageRequest,
        number: number,
        time: "first" | "second"
      ): Effect.fn.Return<PagePull> {
        const pageScope = yield* Scope.fork(scope)
        const page = yield* Channel.toPullScoped(fetchPage(request, number), pageScope)
        let records = 0
        let repeats: number | undefined
        const pullPage: PagePull = Pull.matchEffect(page, {
          onSuccess: (batch): PagePull => {
            if (records === 0) {
              repeats = repetition(number, batch)
              if (repeats === undefined) pages++
            }
            records += batch.length
            if (repeats !== undefined) return pullPage
            sum += batch.length
            pager.see?.(batch)
            return Effect.succeed(batch)
          },
          onFailure: (cause): PagePull =>
            records > 0
              ? Effect.failCause(cause)
              : Effect.flatMap(Scope.close(pageScope, Exit.void), () => behind(request, number, time, cause)),
          onDone: (facts): PagePull =>
            Effect.flatMap(Scope.close(pageScope, Exit.void), () =>
              facts.blank === true && records === 0
                ? blank(request, number, time, facts)
                : turn(request, number, records, facts, repeats)
            )
        })
        return pullPage
      })

      let pull: PagePull
      const follow = (opened: Effect.Effect<PagePull>): PagePull =>
        Effect.flatMap(opened, (next) => {
          pull = next
          return next
        })
      pull = follow(open(from?.request ?? pager.first, from?.number ?? 1, "first"))
      return Effect.suspend(() => pull)
    })
  )
