/**
 * Running connectors. Each is held by the registry and by the runs that use it, and is released when nobody holds it any
 * more, so replacing one never pulls it away under a run.
 */
import { Cause, Context, Data, Duration, Effect, Equal, Exit, Latch, Layer, LayerMap, Scope } from "effect"
import type { ConnectorDeclaration } from "../config/Connector.ts"
import { Vendors } from "../upstream/Vendors.ts"
import { Connector, type ConnectorServices, type ConnectorType } from "./Connector.ts"

/** Nothing was replaced. */
export class ConnectorFailed extends Data.TaggedError("ConnectorFailed")<{
  readonly name: string
  readonly message: string
  readonly cause?: unknown
}> {}

/** By the connector's name. */
export type Running = ReadonlyMap<string, Instance>

export interface Instances {
  /** What runs in place of `before`: what has not changed is the same, the rest is built anew, and the others end. */
  readonly replace: (
    before: Running,
    declarations: ReadonlyArray<ConnectorDeclaration>
  ) => Effect.Effect<Running, ConnectorFailed>
  /** The service, held until the scope closes. One that was replaced meanwhile is built again for as long. */
  readonly use: (instance: Instance) => Effect.Effect<Connector["Service"], never, Scope.Scope>
}

class Instance {
  readonly declaration: ConnectorDeclaration
  readonly type: ConnectorType
  /** The registry's own hold on it. */
  hold: Scope.Closeable = Scope.makeUnsafe()
  readonly ended = Latch.makeUnsafe()

  constructor(declaration: ConnectorDeclaration, type: ConnectorType) {
    this.declaration = declaration
    this.type = type
    Equal.byReferenceUnsafe(this)
  }
}

/** How long an exclusive connector may take to end before its successor is given up. */
const patience = Duration.seconds(10)

export const make = Effect.fn("Instances.make")(function* (types: ReadonlyArray<ConnectorType>) {
  const known = new Map(types.map((type) => [type.type, type]))
  const background = yield* Effect.scope
  const vendors = yield* Vendors
  const services = yield* Effect.context<ConnectorServices>()
  // Without a time to live: nothing lives that nobody holds.
  const layers = yield* LayerMap.make((instance: Instance) =>
    instance.type
      .layer(instance.declaration)
      .pipe(
        Layer.provide(Layer.succeedContext(services)),
        Layer.provideMerge(Layer.effectDiscard(Effect.addFinalizer(() => instance.ended.open)))
      )
  )

  const start = Effect.fnUntraced(function* (instance: Instance) {
    instance.hold = yield* Scope.make()
    const exit = yield* Effect.exit(Scope.provide(layers.contextEffect(instance), instance.hold))
    if (Exit.isSuccess(exit)) return
    yield* Scope.close(instance.hold, exit)
    const cause = Cause.squash(exit.cause)
    const { name } = instance.declaration
    const why = cause instanceof Error ? cause.message : String(cause)
    return yield* new ConnectorFailed({ name, message: `The connector "${name}" could not be started: ${why}`, cause })
  })

  /** Ends when its last run has ended; a vendor's logout may take its time, and nobody waits for it. */
  const retire = (instance: Instance) =>
    Effect.forkIn(Effect.uninterruptible(Scope.close(instance.hold, Exit.void)), background)

  /** The old one ends before the new one starts, and comes back if it cannot. */
  const takeOver = Effect.fnUntraced(function* (old: Instance, successor: Instance) {
    const { name } = old.declaration
    yield* retire(old)
    const ended = yield* Effect.timeoutOption(old.ended.await, patience)
    const outcome =
      ended._tag === "Some"
        ? yield* Effect.exit(start(successor))
        : Exit.fail(
            new ConnectorFailed({
              name,
              message: `The connector "${name}" is in use, and only one of it may run. Try again when its runs have ended.`
            })
          )
    if (Exit.isSuccess(outcome)) return
    old.ended.closeUnsafe()
    yield* start(old)
    return yield* outcome
  })

  const setLimits = (instances: Running) =>
    Effect.forEach(instances.values(), ({ declaration: { limits, name } }) => vendors.budget(name, limits), {
      discard: true
    })

  const replace = Effect.fn("Instances.replace")(function* (
    before: Running,
    declarations: ReadonlyArray<ConnectorDeclaration>
  ) {
    const running = new Map<string, Instance>()
    const takeOvers: Array<readonly [Instance, Instance]> = []
    const started: Array<Instance> = []
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
        yield* start(instance)
        started.push(instance)
      }
      // Last: until here nothing that runs was touched.
      for (const [old, instance] of takeOvers) {
        yield* takeOver(old, instance)
        started.push(instance)
      }
    })
    // What was built has set its limits already; what goes on gets its own back.
    const giveUp = Effect.andThen(Effect.forEach(started, retire, { discard: true }), setLimits(before))
    yield* Effect.tapError(begin, () => giveUp)
    yield* setLimits(running)
    const gone = [...before.values()].filter((old) => running.get(old.declaration.name) !== old)
    yield* Effect.forEach(gone, retire, { discard: true })
    const kept: Running = running
    return kept
  })

  const use = (instance: Instance) => Effect.map(layers.contextEffect(instance), Context.get(Connector))

  return { replace, use } satisfies Instances
})
