/** What begins a trace, and which spans are exported at all. */
import { Option, Tracer } from "effect"

const exported = new WeakSet<Tracer.AnySpan>()

/** Whether somebody can look the span up by its id. */
export const isExported = (span: Tracer.AnySpan): boolean => exported.has(span)

/**
 * A daemon runs for months below the command that started it, and its loops below what forked them: a span of whose
 * parent nothing more will be heard, or nothing was, begins a trace.
 */
export const rooted = (tracer: Tracer.Tracer): Tracer.Tracer =>
  Tracer.make({
    ...(tracer.context === undefined ? {} : { context: tracer.context }),
    span: (options) => {
      const span = tracer.span({ ...options, parent: Option.filter(options.parent, lives) })
      exported.add(span)
      return span
    }
  })

const lives = (parent: Tracer.AnySpan): boolean =>
  parent._tag === "ExternalSpan" || (exported.has(parent) && parent.status._tag === "Started")
