/** Who asks: what is done carries the name in the audit, as what set it off and, the API having no names, as who. */
import { Context } from "effect"

export class Caller extends Context.Service<Caller, "api" | "console">()("tributary/core/http/Caller") {}
