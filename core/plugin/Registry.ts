/**
 * The connectors that are declared, each behind its name; a layer is built when first needed and lives with the
 * registry. What is in use keeps its layer, whatever happens to its declaration.
 */
import { createHash } from "node:crypto"
import { Context, Data, Duration, Effect, Layer, LayerMap, type Scope } from "effect"
import type { HttpClient } from "effect/http"
import type { ConnectorDeclaration, Declarations } from "../config/Connector.ts"
import type { Entity } from "../config/Entity.ts"
import { Connector, type ConnectorType } from "./Connector.ts"

export class UnknownConnector extends Data.TaggedError("UnknownConnector")<{
  readonly name: string
  readonly message: string
}> {}

export class Registry extends Context.Service<
  Registry,
  {
    readonly declarations: ReadonlyArray<ConnectorDeclaration>
    readonly entities: ReadonlyArray<Entity>
    /** Of all declarations; audit rows carry it. */
    readonly hash: string
    readonly declaration: (name: string) => Effect.Effect<ConnectorDeclaration, UnknownConnector>
    /** The running connector, held until the scope closes. */
    readonly connector: (name: string) => Effect.Effect<Connector["Service"], UnknownConnector, Scope.Scope>
  }
>()("tributary/core/plugin/Registry") {
  static readonly layer = (
    declarations: Pick<Declarations, "connectors">,
    types: ReadonlyArray<ConnectorType>
  ): Layer.Layer<Registry, never, HttpClient.HttpClient> =>
    Layer.effect(
      Registry,
      Effect.gen(function* () {
        const declared = new Map(declarations.connectors.map((declaration) => [declaration.name, declaration]))
        const known = new Map(types.map((type) => [type.type, type]))
        const find = (name: string) =>
          Effect.fromNullishOr(declared.get(name)).pipe(
            Effect.mapError(
              () =>
                new UnknownConnector({
                  name,
                  message: `There is no connector "${name}"; declared are: ${[...declared.keys()].join(", ") || "none"}.`
                })
            )
          )
        const layers = yield* LayerMap.make(
          (name: string) =>
            Layer.unwrap(
              Effect.gen(function* () {
                const declaration = yield* find(name)
                const type = yield* Effect.fromNullishOr(known.get(declaration.type)).pipe(Effect.orDie)
                return type.layer(declaration)
              })
            ),
          { idleTimeToLive: Duration.infinity }
        )
        return Registry.of({
          declarations: declarations.connectors,
          entities: declarations.connectors.flatMap((declaration) => declaration.entities),
          hash: createHash("sha256")
            .update(declarations.connectors.map(({ hash }) => hash).join())
            .digest("hex"),
          declaration: find,
          connector: (name) => Effect.map(layers.contextEffect(name), (context) => Context.get(context, Connector))
        })
      })
    )
}
