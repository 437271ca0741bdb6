/** Decides which spans start a trace, and which are exported at all. */
import { Option, Tracer } from "effect"

const exported = new WeakSet<Tracer.AnySpan>()

/** Whether the span can be looked up by its id. */
export const isExported = (span: Tracer.AnySpan): boolean => exported.has(span)

/**
 * Starts a new trace if the parent has ended or was never exported: a daemon runs for months below the command that
 * started it, and its loops below the span that forked them.
 */
export const withNewRoots = (tracer: Tracer.Tracer): Tracer.Tracer =>
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
