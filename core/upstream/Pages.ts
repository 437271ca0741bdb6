/**
 * All pages of a list, one after the other, as one source; each page's connection is released before the next is asked
 * for. A page that begins with the record that began an earlier one stops the reading: the vendor is going in circles.
 */
import { hash } from "node:crypto"
import { Cause, Channel, Effect, Exit, Pull, Scope } from "effect"
import type { Page } from "../config/Entity.ts"
import { makePager, type PageFacts, type PageRequest } from "./Pagers.ts"
import { type Batch, type Completeness, completeIn, partial, type Source, type UpstreamError } from "./Source.ts"

type PagePull = Pull.Pull<Batch, UpstreamError, Completeness>

/** Knows pages by their first record: it has a key, so a page that begins alike is that page again. */
const makeRepetitions = () => {
  const pages = new Map<string, number>()
  return (number: number, [first]: Batch): Completeness | undefined => {
    const print = hash("sha1", JSON.stringify(first))
    const earlier = pages.get(print)
    pages.set(print, number)
    return earlier === undefined
      ? undefined
      : partial(`page ${number} repeats page ${earlier}: the endpoint ignores paging?`)
  }
}

export const paginate = (
  declared: Page,
  fetchPage: (request: PageRequest) => Channel.Channel<Batch, UpstreamError, PageFacts>
): Source =>
  Channel.fromTransformBracket((_upstream, _scope, scope) =>
    Effect.sync(() => {
      const pager = makePager(declared)
      const repetition = makeRepetitions()
      let sum = 0
      let pages = 0
      const ended = (end: Completeness): Completeness => (end._tag === "Complete" ? completeIn(pages) : end)

      const open = Effect.fnUntraced(function* (request: PageRequest, number: number): Effect.fn.Return<PagePull> {
        const pageScope = yield* Scope.fork(scope)
        const page = yield* Channel.toPullScoped(fetchPage(request), pageScope)
        let records = 0
        return Pull.matchEffect(page, {
          onSuccess: (batch): PagePull => {
            const repeated = records === 0 ? repetition(number, batch) : undefined
            if (repeated !== undefined) return Cause.done(repeated)
            if (records === 0) pages++
            records += batch.length
            sum += batch.length
            return Effect.succeed(batch)
          },
          onFailure: Effect.failCause,
          onDone: (facts): PagePull =>
            Effect.flatMap(Scope.close(pageScope, Exit.void), () => {
              const next = pager.next({ ...facts, number, records, sum })
              return "_tag" in next ? Cause.done(ended(next)) : follow(open(next, number + 1))
            })
        })
      })

      let pull: PagePull
      const follow = (opened: Effect.Effect<PagePull>): PagePull =>
        Effect.flatMap(opened, (next) => {
          pull = next
          return next
        })
      pull = follow(open(pager.first, 1))
      return Effect.suspend(() => pull)
    })
  )
