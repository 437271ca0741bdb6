/**
 * All pages of a list, one after the other, as one source. Each page's connection is released before the next page is
 * requested. A page that begins with the same record as an earlier page is that page again, and its records are not
 * handed on. The state between two pages is data, from which a read can continue.
 */
import { Cause, Channel, Effect, Exit, Option, Pull, Scope } from "effect"
import type { ForEach } from "../../config/Entity.ts"
import type { Page } from "../../config/RequestTemplate.ts"
import { reason } from "../../reason/Reason.ts"
import { type Batch, type Completeness, partial, type Source, type UpstreamError } from "../Source.ts"
import { ListProgress, type PagesState } from "./ListProgress.ts"
import type { PageFacts, PageRequest } from "./Pager.ts"

type PagePull = Pull.Pull<Batch, UpstreamError, Completeness>

export interface PagesOptions {
  /** See `ReadOptions.wary`. */
  readonly wary?: boolean | undefined
  /** What statuses mean for the parent whose list this is: `skip` and `fail` are no end of it. */
  readonly onStatus?: ForEach["onStatus"] | undefined
  /** Continues a read; its completeness is that of all pages. */
  readonly from?: PagesState | undefined
  /** Called when all records of a page were handed on and another page follows. */
  readonly onPage?: ((state: () => PagesState) => void) | undefined
}

type FetchPage = (request: PageRequest, number: number) => Channel.Channel<Batch, UpstreamError, PageFacts>

export const paginate = (
  declared: Page,
  fetchPage: FetchPage,
  { from, onPage, onStatus, wary = false }: PagesOptions = {}
): Source =>
  Channel.fromTransformBracket((_upstream, _scope, scope) =>
    Effect.sync(() => {
      const progress = new ListProgress(declared, wary, from)
      const walk = new PageWalk({ declared, fetchPage, onPage, onStatus, scope }, progress)
      return walk.from({ request: from?.request ?? progress.first, number: from?.number ?? 1, isRepeated: false })
    })
  )

interface WalkOptions extends Pick<PagesOptions, "onPage" | "onStatus"> {
  readonly declared: Page
  readonly fetchPage: FetchPage
  readonly scope: Scope.Scope
}

/** One request of a page. */
interface Visit {
  readonly request: PageRequest
  readonly number: number
  /** Whether the page was requested before, and refused or empty. */
  readonly isRepeated: boolean
}

/** Goes from page to page. */
class PageWalk {
  readonly #declared: Page
  readonly #fetchPage: FetchPage
  readonly #onPage: PagesOptions["onPage"]
  readonly #onStatus: PagesOptions["onStatus"]
  readonly #scope: Scope.Scope
  readonly #progress: ListProgress
  /** Pulls from the page that is open. */
  #pull: PagePull = Effect.never

  constructor({ declared, fetchPage, onPage, onStatus, scope }: WalkOptions, progress: ListProgress) {
    this.#declared = declared
    this.#fetchPage = fetchPage
    this.#onPage = onPage
    this.#onStatus = onStatus
    this.#scope = scope
    this.#progress = progress
  }

  from(visit: Visit): PagePull {
    this.#pull = this.#follow(visit)
    return Effect.suspend(() => this.#pull)
  }

  /** Opens a page, and pulls from it from now on. */
  #follow(visit: Visit): PagePull {
    return Effect.flatMap(this.#open(visit), (pull) => {
      this.#pull = pull
      return pull
    })
  }

  #open(visit: Visit): Effect.Effect<PagePull> {
    return Effect.gen({ self: this }, function* () {
      const { number, request } = visit
      const scope = yield* Scope.fork(this.#scope)
      const page = yield* Channel.toPullScoped(this.#fetchPage(request, number), scope)
      const closed = Scope.close(scope, Exit.void)
      let records = 0
      let repeats: number | undefined
      const pull: PagePull = Pull.matchEffect(page, {
        onSuccess: (batch): PagePull => {
          if (records === 0) repeats = this.#progress.begin(number, batch)
          records += batch.length
          if (repeats !== undefined) return pull
          this.#progress.add(batch)
          return Effect.succeed(batch)
        },
        onFailure: (cause): PagePull =>
          records > 0 ? Effect.failCause(cause) : Effect.flatMap(closed, () => this.#refused(visit, cause)),
        onDone: (facts): PagePull =>
          Effect.flatMap(closed, () =>
            facts.blank === true && records === 0
              ? this.#blank(visit, facts)
              : this.#next(visit, { ...facts, records, ...(repeats === undefined ? {} : { repeats }) })
          )
      })
      return pull
    })
  }

  #next(
    { number, request }: Visit,
    page: PageFacts & { readonly records: number; readonly repeats?: number }
  ): PagePull {
    const next = this.#progress.next({ ...page, number })
    if ("_tag" in next) return Cause.done(next)
    this.#progress.previous = request
    this.#onPage?.(() => this.#progress.stateAt(next, number + 1))
    return this.#follow({ request: next, number: number + 1, isRepeated: false })
  }

  /** The list ends before this page. */
  #before(visit: Visit, facts: PageFacts = {}): PagePull {
    return Effect.suspend(() => this.#next(visit, { ...facts, records: 0 }))
  }

  /** The same refusal twice, while the page before still answers, is the end and not an outage. */
  #refused(visit: Visit, cause: Cause.Cause<UpstreamError>): PagePull {
    const { number, request } = visit
    const error = errorOf(cause)
    if (request.beyond === "proven" && error !== undefined) return this.#before(visit)
    if (request.beyond === "stated" && error !== undefined) {
      if (error.kind === "Status" && (error.status ?? 500) < 500) return this.#before(visit)
      if (error.kind === "Format") return Cause.done(partial(reason("read.beyond", { why: error.reason })))
    }
    const { previous } = this.#progress
    const ends = endStatus(this.#declared, number, error, this.#onStatus)
    if (ends === "declared") return this.#before(visit)
    if (ends === undefined || previous === undefined) return Effect.failCause(cause)
    if (!visit.isRepeated) return this.#follow({ ...visit, isRepeated: true })
    return Channel.runDrain(this.#fetchPage(previous, number - 1)).pipe(
      Effect.matchEffect({ onFailure: () => Effect.failCause(cause), onSuccess: () => this.#before(visit) })
    )
  }

  /** An empty answer is the end in the same way; as a first page it proves nothing. */
  #blank(visit: Visit, facts: PageFacts): PagePull {
    const { number, request } = visit
    const { previous } = this.#progress
    const nothing = Cause.done(partial(reason("read.blank", { page: number })))
    if (previous === undefined) return nothing
    if (request.beyond !== undefined) return this.#before(visit, facts)
    if (!visit.isRepeated) return this.#follow({ ...visit, isRepeated: true })
    return Effect.flatMap(Channel.runDrain(this.#fetchPage(previous, number - 1)), (before) =>
      before.blank === true ? nothing : this.#before(visit, facts)
    )
  }
}

const errorOf = (cause: Cause.Cause<UpstreamError>): UpstreamError | undefined =>
  Option.getOrUndefined(Cause.findErrorOption(cause))

/** A refusal after the first page that may only mean that the page does not exist. */
const endStatus = (
  page: Page,
  number: number,
  error: UpstreamError | undefined,
  onStatus: PagesOptions["onStatus"] = {}
) => {
  if ((page.type !== "page" && page.type !== "offset") || number === 1) return undefined
  if (error?.kind !== "Status" || error.status === undefined) return undefined
  if (page.endStatus?.includes(error.status)) return "declared"
  const meaning = onStatus[error.status]
  if (meaning === "skip" || meaning === "fail") return undefined
  return error.status === 404 || error.status === 416 ? "usual" : undefined
}
