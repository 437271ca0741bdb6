/** A portal at a noon of June 2026, with the calls that its own tests make. */
import { text } from "node:stream/consumers"
import { Effect } from "effect"
import { TestClock } from "effect/testing"
import { listen } from "../../../core/plugin/LocalServer.ts"
import { type PortalOptions, sandbox } from "../sandbox.ts"

const noon = Date.UTC(2026, 5, 15, 12)

interface Answered {
  readonly status: number
  readonly text: string
  // The test decides what it looks for, as with `JSON.parse`.
  readonly answer: ReturnType<typeof JSON.parse>
}

export const startPortal = Effect.fnUntraced(function* (options: PortalOptions = {}) {
  yield* TestClock.setTime(noon)
  const running = yield* sandbox.start({ seed: 7, ...options })
  const { application, code } = running.state

  const send = (path: string, init: RequestInit): Effect.Effect<Answered, unknown> =>
    Effect.tryPromise(async () => {
      const response = await fetch(`${running.url}${path}`, { method: "POST", ...init })
      const body = await response.text()
      return { status: response.status, text: body, answer: body.startsWith("<") ? undefined : JSON.parse(body) }
    })
  const ask = (path: string, params: object) =>
    send(path, { body: JSON.stringify(params), headers: { "content-type": "application/json" } })

  return {
    ...running,
    ask,
    call: (method: string, params: object = {}) => ask(`/rest/1/${code}/${method}`, params),
    /** In a body of any form. */
    post: (method: string, body: FormData | URLSearchParams | string) => send(`/rest/1/${code}/${method}`, { body }),
    token: (refreshToken: string) => {
      const { clientId: client_id, clientSecret: client_secret } = application
      const form = { grant_type: "refresh_token", client_id, client_secret, refresh_token: refreshToken }
      return send("/oauth/token/", { body: new URLSearchParams(form) })
    },
    /** As another process does. */
    edit: (edits: ReadonlyArray<object>) => ask("/_sandbox/data", edits)
  }
})

/** A handler of events, and what it has got in its order. */
export const events = Effect.gen(function* () {
  const received: Array<URLSearchParams> = []
  const url = yield* listen((incoming, outgoing) => {
    void text(incoming).then((body) => {
      received.push(new URLSearchParams(body))
      outgoing.end()
    })
  })
  return { received, url }
})
