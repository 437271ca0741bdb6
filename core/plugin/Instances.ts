/**
 * Running plugins of one kind. Each is held by its host and by those who use it, and is released when nobody holds it
 * any more, so replacing a plugin never removes it during a run.
 */
import { Cause, Context, type Duration, Effect, Equal, Exit, Latch, Layer, LayerMap, Scope } from "effect"
import { carried, reason, said } from "../reason/Reason.ts"
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

/** The running instances by name. */
export type Running<D extends InstanceSpec, T extends InstanceType> = ReadonlyMap<string, Instance<D, T>>

export interface Instances<D extends InstanceSpec, T extends InstanceType, S> {
  /**
   * Replaces the instances of `before`: unchanged ones stay, the others are built again, and those no longer declared
   * end.
   */
  readonly replace: (before: Running<D, T>, declarations: ReadonlyArray<D>) => Effect.Effect<Running<D, T>, StartFailed>
  /**
   * Returns the service, held until the scope closes. An instance that was replaced meanwhile is built again for that
   * time.
   */
  readonly use: (instance: Instance<D, T>) => Effect.Effect<S, never, Scope.Scope>
}

export interface Options<D extends InstanceSpec, T extends InstanceType, I, S> {
  /** The kind as it appears in messages. */
  readonly kind: "connector" | "plugin"
  readonly types: ReadonlyArray<T>
  /** The service that the layers provide. */
  readonly service: Context.Key<I, S>
  readonly layer: (type: T, declaration: D) => Layer.Layer<I>
  /** How long an exclusive instance may take to end before its successor is abandoned. */
  readonly patience: Duration.Input
  /** Called with the declarations that apply from now on, also when they are the earlier ones again. */
  readonly declared?: (declarations: ReadonlyArray<D>) => Effect.Effect<void>
}

class Instance<D extends InstanceSpec, T extends InstanceType> {
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

export const make = Effect.fn("Instances.make")(function* <D extends InstanceSpec, T extends InstanceType, I, S>(
  options: Options<D, T, I, S>
) {
  const { declared = () => Effect.void, kind, patience, service } = options
  const known = new Map(options.types.map((type) => [type.type, type]))
  const background = yield* Effect.scope
  /** Exclusive instances that are no longer declared, until they have ended. */
  const leaving = new Map<string, Instance<D, T>>()
  // Without a time to live: an instance that nobody holds ends at once.
  const layers = yield* LayerMap.make((instance: Instance<D, T>) =>
    options
      .layer(instance.type, instance.declaration)
      .pipe(Layer.provideMerge(Layer.effectDiscard(Effect.addFinalizer(() => instance.ended.open))))
  )

  const start = Effect.fnUntraced(function* (instance: Instance<D, T>) {
    instance.hold = yield* Scope.make()
    const exit = yield* Effect.exit(Scope.provide(layers.contextEffect(instance), instance.hold))
    instance.held = Exit.isSuccess(exit)
    if (Exit.isSuccess(exit)) return
    yield* Scope.close(instance.hold, exit)
    const cause = Cause.squash(exit.cause)
    const { name } = instance.declaration
    const why = cause instanceof Error ? carried(cause) : said(String(cause))
    const failed =
      kind === "connector" ? reason("start.connector", { name, why }) : reason("start.plugin", { name, why })
    return yield* new StartFailed({ name, reason: failed, cause })
  })

  /**
   * Releases an instance, which ends with its last run. Nobody waits for it, because a vendor's logout may take time.
   */
  const retire = (instance: Instance<D, T>) => {
    instance.held = false
    return Effect.forkIn(Effect.uninterruptible(Scope.close(instance.hold, Exit.void)), background)
  }

  const awaitEnd = Effect.fnUntraced(function* (instance: Instance<D, T>) {
    const ended = yield* Effect.timeoutOption(instance.ended.await, patience)
    if (ended._tag === "Some") return
    const { name } = instance.declaration
    return yield* new StartFailed({
      name,
      reason: kind === "connector" ? reason("start.connectorInUse", { name }) : reason("start.pluginInUse", { name })
    })
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

  const replace = Effect.fn("Instances.replace")(function* (before: Running<D, T>, declarations: ReadonlyArray<D>) {
    const running = new Map<string, Instance<D, T>>()
    const takeOvers: Array<readonly [Instance<D, T>, Instance<D, T>]> = []
    const started: Array<Instance<D, T>> = []
    const begin = Effect.gen(function* () {
      for (const declaration of declarations) {
        const { fingerprint, name } = declaration
        const old = before.get(name)
        const type = yield* Effect.orDie(Effect.fromNullishOr(known.get(declaration.type)))
        if (old?.declaration.fingerprint === fingerprint && old.type === type) {
          running.set(name, old)
          continue
        }
        const instance = new Instance(declaration, type)
        running.set(name, instance)
        if (old !== undefined && (type.exclusive === true || old.type.exclusive === true)) {
          takeOvers.push([old, instance])
          continue
        }
        const last = leaving.get(name)
        if (last !== undefined) yield* awaitEnd(last)
        leaving.delete(name)
        yield* start(instance)
        started.push(instance)
      }
      // Exclusive instances come last: until here no running instance was touched.
      for (const [old, instance] of takeOvers) {
        yield* takeOver(old, instance)
        started.push(instance)
      }
    })
    const were = [...before.values()].map(({ declaration }) => declaration)
    // The new instances have set their limits already; those that continue get their own limits back.
    const giveUp = Effect.andThen(Effect.forEach(started, retire, { discard: true }), declared(were))
    yield* Effect.tapError(begin, () => giveUp)
    yield* declared(declarations)
    const gone = [...before.values()].filter((old) => running.get(old.declaration.name) !== old)
    for (const old of gone) if (old.type.exclusive === true && old.held) leaving.set(old.declaration.name, old)
    yield* Effect.forEach(gone, retire, { discard: true })
    const kept: Running<D, T> = running
    return kept
  })

  const use = (instance: Instance<D, T>) => Effect.map(layers.contextEffect(instance), Context.get(service))

  return { replace, use } satisfies Instances<D, T, S>
})
