/**
 * Running plugins of one kind. Each is held by its host and by those who use it, and is released when nobody holds it
 * any more, so replacing a plugin never removes it during a run.
 */
import { Effect, type Scope } from "effect"
import * as InstanceLifecycle from "./InstanceLifecycle.ts"
import {
  Instance,
  type InstanceSpec,
  type InstanceType,
  type LifecycleOptions,
  type StartFailed
} from "./InstanceLifecycle.ts"

/** The running instances by name. */
export type RunningInstances<D extends InstanceSpec, T extends InstanceType> = ReadonlyMap<string, Instance<D, T>>

export interface Instances<D extends InstanceSpec, T extends InstanceType, S> {
  /**
   * Replaces the instances of `before`: unchanged ones stay, the others are built again, and those no longer declared
   * end.
   */
  readonly replace: (
    before: RunningInstances<D, T>,
    declarations: ReadonlyArray<D>
  ) => Effect.Effect<RunningInstances<D, T>, StartFailed>
  /**
   * Returns the service, held until the scope closes. An instance that was replaced meanwhile is built again for that
   * time.
   */
  readonly use: (instance: Instance<D, T>) => Effect.Effect<S, never, Scope.Scope>
}

export interface Options<D extends InstanceSpec, T extends InstanceType, I, S> extends LifecycleOptions<D, T, I, S> {
  readonly types: ReadonlyArray<T>
  /** Called with the declarations that apply from now on, also when they are the earlier ones again. */
  readonly declared?: (declarations: ReadonlyArray<D>) => Effect.Effect<void>
}

export const make = Effect.fn("Instances.make")(function* <D extends InstanceSpec, T extends InstanceType, I, S>(
  options: Options<D, T, I, S>
) {
  const { declared = () => Effect.void } = options
  const known = new Map(options.types.map((type) => [type.type, type]))
  const { awaitEnd, retire, start, takeOver, use } = yield* InstanceLifecycle.make(options)
  /** Exclusive instances that are no longer declared, until they have ended. */
  const leaving = new Map<string, Instance<D, T>>()

  const replace = Effect.fn("Instances.replace")(function* (
    before: RunningInstances<D, T>,
    declarations: ReadonlyArray<D>
  ) {
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
    const kept: RunningInstances<D, T> = running
    return kept
  })

  return { replace, use } satisfies Instances<D, T, S>
})
