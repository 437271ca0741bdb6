/**
 * The daemon's HTTP server. On a stop it first accepts no more requests. The work they started gets its grace period,
 * and clients that wait for it get their answer.
 */
import { createServer } from "node:http"
import * as NodeHttpServer from "@effect/platform-node/NodeHttpServer"
import { Data, Duration, Effect, Layer } from "effect"
import { HttpRouter, HttpServer } from "effect/http"
import { HttpApiBuilder } from "effect/http-api"
import { PrometheusMetrics } from "effect/observability"
import type { HttpDeclaration } from "../config/Declarations.ts"
import { BackgroundWork } from "../control/BackgroundWork.ts"
import { SyncTasks } from "../control/SyncTasks.ts"
import { JobEvents } from "../jobs/JobEvents.ts"
import { DebouncedSync } from "../sync/DebouncedSync.ts"
import { Access } from "./Access.ts"
import { AdminAccess } from "./AdminAccess.ts"
import { Api } from "./Api.ts"
import { ClosedInput } from "./ClosedInput.ts"
import * as ConsoleFiles from "./ConsoleFiles.ts"
import * as DocsPage from "./DocsPage.ts"
import { EventStream } from "./EventStream.ts"
import * as Accounts from "./handlers/Accounts.ts"
import * as Actions from "./handlers/Actions.ts"
import * as Caches from "./handlers/Caches.ts"
import * as Configuration from "./handlers/Configuration.ts"
import * as Entities from "./handlers/Entities.ts"
import * as Hooks from "./handlers/Hooks.ts"
import * as Inbox from "./handlers/Inbox.ts"
import * as Jobs from "./handlers/Jobs.ts"
import * as Live from "./handlers/Live.ts"
import * as PendingDeletes from "./handlers/PendingDeletes.ts"
import * as Runs from "./handlers/Runs.ts"
import * as Schedules from "./handlers/Schedules.ts"
import * as Session from "./handlers/Session.ts"
import * as System from "./handlers/System.ts"
import * as Tasks from "./handlers/Tasks.ts"
import * as OpenApiDocument from "./OpenApiDocument.ts"
import { ResponseCache } from "./ResponseCache.ts"
import * as ResponseMiddleware from "./ResponseMiddleware.ts"
import * as RouteTable from "./RouteTable.ts"
import * as SchemaErrors from "./SchemaErrors.ts"

export class HttpUnavailable extends Data.TaggedError("HttpUnavailable")<{ readonly message: string }> {}

const handlers = Layer.mergeAll(
  System.layer,
  Session.layer,
  Entities.layer,
  Runs.layer,
  Jobs.layer,
  PendingDeletes.layer,
  Caches.layer,
  Actions.layer,
  Configuration.layer,
  Live.layer,
  Inbox.layer,
  Accounts.layer,
  Tasks.layer,
  Schedules.layer
)

const routes = (declaration: HttpDeclaration) =>
  Layer.mergeAll(
    HttpApiBuilder.layer(Api),
    OpenApiDocument.layer,
    RouteTable.layer,
    DocsPage.layer,
    PrometheusMetrics.layerHttp({ path: "/metrics" }),
    ConsoleFiles.layer,
    Hooks.layer.pipe(Layer.provide(DebouncedSync.layer(BackgroundWork.grace))),
    ResponseMiddleware.layer(declaration)
  ).pipe(
    Layer.provide(handlers),
    Layer.provide([AdminAccess.layer, ClosedInput.layer, SchemaErrors.layer]),
    Layer.provide([Access.layer(declaration), EventStream.layer, ResponseCache.layer]),
    // Built once for all users, so that the events of the jobs arrive here.
    Layer.provide(JobEvents.layer)
  )

const listening = ({ host, port }: HttpDeclaration) =>
  Layer.effect(
    HttpServer.HttpServer,
    NodeHttpServer.make(() => createServer({ requestTimeout: 30_000 }), {
      host,
      port,
      // A little more than the grace period.
      gracefulShutdownTimeout: Duration.sum(BackgroundWork.grace, Duration.seconds(1))
    }).pipe(
      Effect.mapError(({ cause }) => {
        const why = cause instanceof Error ? cause.message : String(cause)
        return new HttpUnavailable({
          message: `The HTTP API cannot listen at ${host}:${port}: ${why}. Stop the program that uses it, or change http in daemon.yaml.`
        })
      })
    )
  )

export const layer = (declaration: HttpDeclaration) =>
  Layer.effectDiscard(
    Effect.gen(function* () {
      const { stop } = yield* BackgroundWork
      // Closed before the server, so that the grace period begins when the server stops listening.
      yield* Effect.addFinalizer(() => stop)
    })
  ).pipe(
    Layer.provideMerge(HttpRouter.serve(routes(declaration), { disableLogger: true, disableListenLog: true })),
    Layer.provideMerge(listening(declaration)),
    Layer.provide(NodeHttpServer.layerHttpServices),
    Layer.provide(SyncTasks.layer),
    Layer.provide(BackgroundWork.layer)
  )
