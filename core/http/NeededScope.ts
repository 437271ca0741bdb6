/** The scope that a token needs for a group of endpoints, if it is another than `read` to look and `operate` to change. */
import { Context } from "effect"
import type { TokenScope } from "../database/audit/ApiTokens.ts"

export const NeededScope = Context.Reference<TokenScope | undefined>("tributary/core/http/NeededScope", {
  defaultValue: () => undefined
})

/** Whether the usual scopes do as well; the handlers leave out what is not for them. */
export const OrUsualScope = Context.Reference<boolean>("tributary/core/http/OrUsualScope", {
  defaultValue: () => false
})
