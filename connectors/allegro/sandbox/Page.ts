/** The page on which a person compares the code and allows or denies it, as one of the sellers. */
import { Clock, Effect } from "effect"
import type { SandboxRequest, SandboxResponse } from "../../../core/sdk-sandbox.ts"
import { openCode } from "./Granted.ts"
import type { AllegroState } from "./State.ts"

export const pagePath = "/uzytkownik/bezpieczenstwo/skojarz-aplikacje"

const escaped = (text: string): string => text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`)

const page = (content: string, status = 200): SandboxResponse => ({
  status,
  headers: { "content-type": "text/html;charset=UTF-8" },
  body: `<!doctype html><html lang="en"><head><title>Link an application</title></head><body>
<h1>Allegro sandbox: link an application</h1>
${content}
</body></html>`
})

const question = (code: string, { isDemo, sellers }: AllegroState): SandboxResponse =>
  page(`<form method="post" action="${pagePath}">
<p><label>Code <input name="code" value="${escaped(code)}" autocomplete="off"></label></p>
<p><label>Logged in as <select name="seller">
${sellers.map(({ login }) => `<option>${escaped(login)}</option>`).join("\n")}
</select></label></p>
<p>The application wants to read your orders and your profile.</p>
${isDemo ? "<p>This is a demo: after ten seconds the next seller allows it anyway.</p>" : ""}
<p><button name="decision" value="allow">Allow</button> <button name="decision" value="deny">Deny</button></p>
</form>`)

/** GET shows the question; POST decides it: `code` (also in the address), `decision`, and `seller`, by default the first. */
export const handlePage = Effect.fnUntraced(function* (state: AllegroState, { body, method, query }: SandboxRequest) {
  const { granted, sellers } = state
  const form = new URLSearchParams(body)
  const userCode = form.get("code") ?? query.get("code") ?? ""
  if (method !== "POST") return question(userCode, state)
  const code = openCode(granted, userCode.trim().toLowerCase(), yield* Clock.currentTimeMillis)
  if (code === undefined) return page("<p>This code is unknown, expired or used. Start again.</p>", 404)
  if (form.get("decision") !== "allow") {
    code.decision = "denied"
    return page("<p>Denied. You can close this page.</p>")
  }
  const seller = form.has("seller") ? sellers.find(({ login }) => login === form.get("seller")) : sellers[0]
  if (seller === undefined) return page("<p>There is no such seller.</p>", 404)
  code.decision = seller
  return page(`<p>Linked as ${escaped(seller.login)}. You can close this page.</p>`)
})
