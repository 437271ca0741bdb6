/** Signing in and out with a browser. */
import { Schema } from "effect"
import { HttpApiEndpoint, HttpApiGroup } from "effect/http-api"
import { AdminApiOff, TooManyAttempts, Unauthorized, Unavailable } from "../ApiErrors.ts"
import { ClosedInput } from "../ClosedInput.ts"
import { describe } from "./EndpointDocs.ts"

export const Session = HttpApiGroup.make("session")
  .add(
    HttpApiEndpoint.get("session", "/session", {
      success: Schema.Struct({
        role: Schema.NullOr(Schema.Literals(["admin", "viewer"])).annotate({
          description: "viewer: everybody may look; null: sign in first."
        }),
        adminApi: Schema.Boolean.annotate({ description: "Whether an admin token is configured at all." })
      }).annotate({ identifier: "Session" })
    }).annotateMerge(describe("The user of the browser's session.")),
    HttpApiEndpoint.post("signIn", "/session", {
      payload: Schema.Struct({ token: Schema.Redacted(Schema.String) }),
      error: [AdminApiOff, TooManyAttempts, Unauthorized, Unavailable]
    }).annotateMerge(
      describe(
        "Signs in with the admin token: sets a cookie that is good for 12 hours and made longer while it is used."
      )
    ),
    HttpApiEndpoint.delete("signOut", "/session").annotateMerge(
      describe("Ends the session: no copy of its cookie is good any more.")
    )
  )
  .prefix("/api/v1")
  .middleware(ClosedInput)
  .annotateMerge(describe("Sessions of the console."))
