/** The contract of a sandbox: a local server that imitates one vendor faithfully, until its scope closes. */
import { type Duration, Effect, Schema, type Scope } from "effect"

export interface SandboxOptions {
  /** 0, the default, takes any free port. */
  readonly port?: number
  /** The same seed gives the same data. */
  readonly seed?: number
  /** The delay before every answer, by the Clock of the code that started the sandbox. */
  readonly latency?: Duration.Input
  /** Compress for clients that accept it; default true. */
  readonly gzip?: boolean
  /**
   * For a demo: some customers have authorized already, others do without a person, and what one sandbox has granted is
   * accepted by the next with the same seed.
   */
  readonly demo?: boolean
}

/** A customer who has authorized: an account to add. */
export interface SandboxAccount {
  readonly owner: string
  readonly name: string
  readonly credentials: Readonly<Record<string, string>>
}

export interface Sandbox<S = unknown, O extends SandboxOptions = SandboxOptions> {
  readonly type: string
  readonly start: (options?: O) => Effect.Effect<RunningSandbox & { readonly state: S }, never, Scope.Scope>
}

/** The module `sandbox.ts` beside a type; imported only when it is started, since a daemon does not need it. */
export type SandboxModule = () => Promise<{ readonly sandbox: Sandbox }>

export const start = (type: { readonly sandbox: SandboxModule }, options?: SandboxOptions) =>
  Effect.flatMap(Effect.promise(type.sandbox), ({ sandbox }) => sandbox.start(options))

export interface RunningSandbox extends FaultControl {
  readonly url: string
  /** The variables that point the shipped `config/` at this sandbox. */
  readonly environment: Readonly<Record<string, string>>
  /** In a demo of a type with accounts. */
  readonly accounts?: ReadonlyArray<SandboxAccount>
}

export interface FaultControl {
  /** The newest matching fault wins. */
  readonly fault: (fault: Fault) => Effect.Effect<void>
  readonly clearFaults: Effect.Effect<void>
  readonly requests: Effect.Effect<ReadonlyArray<RequestLog>>
  readonly clearRequests: Effect.Effect<void>
}

export interface RequestLog {
  readonly method: string
  readonly path: string
  readonly query: string
  /** null while unanswered, and if the connection was dropped instead. */
  readonly status: number | null
  /** Requests in progress when this one arrived, itself included. */
  readonly inFlight: number
}

export const Fault = Schema.Struct({
  path: Schema.String.annotate({
    description: "Matched against the end of the request's path; * stands for any characters"
  }),
  method: Schema.optionalKey(Schema.String),
  query: Schema.optionalKey(Schema.Record(Schema.String, Schema.String)).annotate({
    description: "Parameters that the request must carry, e.g. the page that fails"
  }),
  mode: Schema.Literals([
    "disconnect", // the connection closes before the vendor saw the request
    "disconnectAfter", // the vendor applied the request, the answer is lost
    "slow", // answered after `ms`
    "hang", // never answered
    "hangAfter", // the vendor applied the request and never answers
    "truncated", // half of the body, then the connection closes
    "stalled", // half of the body, then silence
    "html", // 200 with a proxy's page
    "htmlAfter", // the same, after the vendor applied the request
    "status", // `status` with `body`
    "statusAfter", // the same, after the vendor applied the request
    "rateLimited", // 429, Retry-After when `retryAfter` is given
    "licence", // the vendor's refusal of one more session
    "unauthorized", // the vendor's refusal of the token
    "empty", // a valid answer without records
    "partial" // a valid answer with the first `keep` records, half of them by default
  ]),
  times: Schema.optionalKey(Schema.Int).annotate({ description: "Requests it applies to; default all" }),
  after: Schema.optionalKey(Schema.Int).annotate({ description: "Matching requests let through first" }),
  ms: Schema.optionalKey(Schema.Number),
  status: Schema.optionalKey(Schema.Int),
  body: Schema.optionalKey(Schema.String),
  contentType: Schema.optionalKey(Schema.String).annotate({ description: "Of `body`; default text/html" }),
  keep: Schema.optionalKey(Schema.Int),
  retryAfter: Schema.optionalKey(Schema.Int).annotate({ description: "Seconds" }),
  retryAfterForm: Schema.optionalKey(Schema.Literals(["seconds", "date"])).annotate({ description: "Default seconds" })
})
export type Fault = typeof Fault.Type
