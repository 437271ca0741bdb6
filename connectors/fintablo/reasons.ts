/** The reason codes of FinTablo alone. Translations are in `locales/`. */
import { define } from "../../core/sdk.ts"

export const fintablo = define({
  "fintablo.inBody": "answered {status:int} with {inBody:int} in the body: {body:reason}",
  "fintablo.checkToken": "{why:reason}; check the token",
  "fintablo.request": "{why:reason} (X-Request-Id {id})"
})
