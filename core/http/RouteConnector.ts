import { Context } from "effect"

/** The name of the connector that addresses belong to. */
export class RouteConnector extends Context.Service<RouteConnector, string>()("tributary/core/http/RouteConnector") {}
