/**
 * How one running plugin starts, ends and hands over to its successor. It is released when neither its host nor a run
 * holds it any more.
 */
import { Cause, Context, type Duration, Effect, Equal, Exit, Latch, Layer, LayerMap, Scope } from "effect"
import { foreignText, reason, reasonOfError } from "../reason/Reason.ts"
import { ReasonError } from "../reason/ReasonError.ts"

/** A start failed, and nothing was replaced. */
export class StartFailed extends ReasonError("StartFailed")<{
  readonly name: string
  readonly cause?: unknown
}> {}

/** The properties of a type beside its layer. */
export interface InstanceType {
  readonly type: string
  readonly exclusive?: boolean
}

/** The properties of a declaration beside its config. */
export interface InstanceSpec {
  readonly name: string
  readonly type: string
  readonly fingerprint: string
}

type Kind = "connector" | "plugin"

export interface LifecycleOptions<D extends InstanceSpec, T extends InstanceType, I, S> {
  /** The kind as it appears in messages. */
  readonly kind: Kind
  /** The service that the layers provide. */
  readonly service: Context.Key<I, S>
  readonly layer: (type: T, declaration: D) => Layer.Layer<I>
  /** How long an exclusive instance may take to end before its successor is abandoned. */
  readonly timeout: Duration.Input
}

export class Instance<D extends InstanceSpec, T extends InstanceType> {
  readonly declaration: D
  readonly type: T
  /** The host's own hold on the instance. */
  hold: Scope.Closeable = Scope.makeUnsafe()
  /** Whether the host holds it. */
  held = false
  readonly ended = Latch.makeUnsafe()

  constructor(declaration: D, type: T) {
    this.declaration = declaration
    this.type = type
    Equal.byReferenceUnsafe(this)
  }
}

export const make = Effect.fnUntraced(function* <D extends InstanceSpec, T extends InstanceType, I, S>({
  kind,
  layer,
  timeout,
  service
}: LifecycleOptions<D, T, I, S>) {
  const background = yield* Effect.scope
  // Without a time to live: an instance that nobody holds ends at once.
  const layers = yield* LayerMap.make((instance: Instance<D, T>) =>
    layer(instance.type, instance.declaration).pipe(
      Layer.provideMerge(Layer.effectDiscard(Effect.addFinalizer(() => instance.ended.open)))
    )
  )

  const start = Effect.fnUntraced(function* (instance: Instance<D, T>) {
    instance.hold = yield* Scope.make()
    const exit = yield* Effect.exit(Scope.provide(layers.contextEffect(instance), instance.hold))
    instance.held = Exit.isSuccess(exit)
    if (Exit.isSuccess(exit)) return
    yield* Scope.close(instance.hold, exit)
    return yield* startFailed(kind, instance.declaration.name, Cause.squash(exit.cause))
  })

  /**
   * Releases an instance, which ends with its last run. Nobody waits for it, because a vendor's logout may take time.
   */
  const retire = (instance: Instance<D, T>) => {
    instance.held = false
    return Effect.forkIn(Effect.uninterruptible(Scope.close(instance.hold, Exit.void)), background)
  }

  const awaitEnd = Effect.fnUntraced(function* (instance: Instance<D, T>) {
    const ended = yield* Effect.timeoutOption(instance.ended.await, timeout)
    if (ended._tag === "Some") return
    return yield* inUse(kind, instance.declaration.name)
  })

  /** Ends the old instance before the new one starts. If the new one fails to start, the old one is started again. */
  const takeOver = Effect.fnUntraced(function* (old: Instance<D, T>, successor: Instance<D, T>) {
    yield* retire(old)
    const outcome = yield* Effect.exit(Effect.andThen(awaitEnd(old), start(successor)))
    if (Exit.isSuccess(outcome)) return
    old.ended.closeUnsafe()
    yield* start(old)
    return yield* outcome
  })

  const use = (instance: Instance<D, T>) => Effect.map(layers.contextEffect(instance), Context.get(service))

  return { start, retire, awaitEnd, takeOver, use }
})

const startFailed = (kind: Kind, name: string, cause: unknown): StartFailed => {
  const why = cause instanceof Error ? reasonOfError(cause) : foreignText(String(cause))
  return new StartFailed({
    name,
    reason: kind === "connector" ? reason("start.connector", { name, why }) : reason("start.plugin", { name, why }),
    cause
  })
}

const inUse = (kind: Kind, name: string): StartFailed =>
  new StartFailed({
    name,
    reason: kind === "connector" ? reason("start.connectorInUse", { name }) : reason("start.pluginInUse", { name })
  })
