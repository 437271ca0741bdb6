/** The iikoCloud part of an iiko connector: the entities whose path begins with `/api/1/`, and its webhooks. */

import { Channel, Effect, type Scope } from "effect"
import {
  type ConnectorServices,
  type ConnectorSettings,
  type Entity,
  entityId,
  type Hook,
  HttpSource,
  type ReadOptions,
  type Source,
  UpstreamError
} from "../../../core/sdk.ts"
import type { Config } from "../Config.ts"
import { iiko } from "../reasons.ts"
import * as ByOrganization from "./ByOrganization.ts"
import * as Client from "./Client.ts"
import * as WebHook from "./Hook.ts"
import { stopLists, terminalGroups } from "./Lists.ts"
import { loginOf } from "./Login.ts"

/** The Server has no such path: its API is below `/resto/api`. */
export const isCloud = ({ request }: Entity): boolean => request.path.startsWith("/api/1/")

export interface Cloud {
  readonly read: (entity: Entity, options?: ReadOptions) => Source
  /** Absent: no access to iikoCloud is configured. */
  readonly probe?: Effect.Effect<string, UpstreamError>
  readonly hook?: Hook
}

export const make = Effect.fn("Cloud.make")(function* (
  declaration: ConnectorSettings<Config>
): Effect.fn.Return<Cloud, never, ConnectorServices | Scope.Scope> {
  const { cloud } = declaration.config
  const login = cloud === undefined ? undefined : loginOf(cloud)
  if (cloud === undefined || login === undefined) return { read: notSetUp }
  const { organizations, webhookToken } = cloud
  const { probe, upstream } = yield* Client.make(declaration, cloud, login)
  const lists = new Map(
    [stopLists, terminalGroups].map((list) => [list.path, ByOrganization.read(upstream, organizations, list)])
  )
  const others = HttpSource.make(upstream)
  const read: Cloud["read"] = (entity, options) => (lists.get(entity.request.path) ?? others)(entity, options)
  return { read, probe, ...(webhookToken === undefined ? {} : { hook: WebHook.make(webhookToken) }) }
})

const notSetUp: Cloud["read"] = (entity) =>
  Channel.fail(
    new UpstreamError({
      kind: "Declaration",
      reason: iiko("iiko.cloudNotSetUp", { entity: entityId(entity), path: entity.request.path })
    })
  )
