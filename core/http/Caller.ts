/** The caller, for the audit: the trigger, and the name of the token; the admin token and the console have no names. */
import { Context } from "effect"
import type { TokenScope } from "../database/audit/ApiTokens.ts"

export class Caller extends Context.Service<
  Caller,
  {
    readonly trigger: "api" | "console"
    readonly actor: string
    readonly scopes: ReadonlyArray<TokenScope>
  }
>()("tributary/core/http/Caller") {}
