/** The reason codes of Allegro alone. Translations are in `locales/`. */
import { define } from "../../core/sdk.ts"

export const allegro = define({
  "allegro.token": "answered {status:int}: {body:reason}; Allegro does not accept the account's token any more",
  "allegro.scope":
    "answered {status:int}: {body:reason}; the authorization lacks the right {right}: give it to the application in Allegro's console, then pause the account, add it again for the seller to allow it, and resume it",
  "allegro.anotherScope":
    "answered {status:int}: {body:reason}; the authorization lacks the right of this path, which Allegro's description of its API names: give it to the application in Allegro's console, then pause the account, add it again for the seller to allow it, and resume it",
  "allegro.blocked":
    "answered {status:int}: {body:reason}; Allegro has blocked the program: check that the name in userAgent is the one under which the application is registered",
  "allegro.tooMany":
    "answered {status:int}: {body:reason}; one window holds more orders than Allegro lists: make windows.step shorter",
  "allegro.limit":
    "answered {status:int}: the application has used up its limit, which all accounts share; nothing is sent for {wait}",
  "allegro.traced": "{why:reason} (trace-id {id})",

  // Authorization.
  "allegro.badClient":
    "answered {status:int}: Allegro does not know the application; check client.id and client.secret, and that baseUrl and authUrl belong together",
  "allegro.authorization": "answered {status:int}: the authorization refuses with {code}",
  "allegro.tokenAnswer": "expected a token answer, JSON with access_token, refresh_token and expires_in",
  "allegro.deviceAnswer": "expected a code for a device, JSON with device_code, user_code and verification_uri",
  "allegro.meAnswer": "expected the seller, JSON with id and login",
  "allegro.denied": "the seller denied the access; start the authorization again if that was a mistake",
  "allegro.codeSpent":
    "the code has expired, or Allegro has given out its tokens already and the answer was lost; start the authorization again",
  "allegro.refused":
    "Allegro does not accept the account's tokens any more and does not say why; usual causes: the password or the e-mail address was changed, the seller unlinked the application or logged out everywhere, the seller has more than 20 sessions, another program used the same refresh token, the account was not used for three months. If a new authorization is refused soon as well, look for another program with the same tokens",
  "allegro.noAccount": "orders belong to an account, and none was given",

  // Of the stored orders.
  "allegro.cancelledAfterShipping":
    "{count:int} orders were cancelled after they were sent: {names}; stop the parcel or expect it back, and check the refund",
  "allegro.ordersOfToday": "Orders of today",
  "allegro.countOfToday": "{count:int} orders, {cancelled:int} of them cancelled",
  "allegro.orderLine": "{at:time} · {total} · {status} · {id}",

  // Keys of the file.
  "allegro.client": "The application as it is registered in Allegro's console, as in {example}.",
  "allegro.clientId": "The Client ID, as in {example}.",
  "allegro.clientSecret": "The Client Secret, as in {example}.",
  "allegro.userAgent":
    "How the program names itself: the registered name of the application (hyphens for spaces), its version and an https page about it, as in {example}.",
  "allegro.userAgentForm": "the name, the version and an https page, as in {form}"
})
