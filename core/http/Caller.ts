/** The caller, for the audit: the trigger, and the name of the token; the admin token and the console have no names. */
import { Context } from "effect"

export class Caller extends Context.Service<Caller, { readonly trigger: "api" | "console"; readonly actor: string }>()(
  "tributary/core/http/Caller"
) {}
