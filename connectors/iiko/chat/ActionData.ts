/** Decodes the data of an action. An action that broke off becomes a failure with its summary. */
import { Effect, type Schema } from "effect"
import { type ActionOutcome, UserFacingError } from "../../../core/sdk.ts"

export const dataOf =
  <A>(decode: (data: unknown) => Effect.Effect<A, Schema.SchemaError>) =>
  ({ data, summary }: ActionOutcome): Effect.Effect<A, UserFacingError> =>
    data === null
      ? Effect.fail(new UserFacingError({ key: "failure-other", variables: { why: summary } }))
      : Effect.orDie(decode(data))
