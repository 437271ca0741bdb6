// @ts-check
/** The form for the admin token, and the instructions if none is configured. */
import { Problem, post } from "../base/api.js"
import { html, nothing, ref } from "../base/lit.js"
import { code } from "../base/parts.js"
import { changed, store } from "./store.js"

let error = ""
let busy = false

const words = (/** @type {unknown} */ problem) => {
  if (!(problem instanceof Problem)) return String(problem)
  if (problem.status === 401) return "This is not the admin token."
  if (problem.status === 429) return "Too many wrong tokens from this address. Wait a minute, then try again."
  return problem.message
}

/** Focuses the field once, when it appears; a frame later it is in the document. */
const focused = (/** @type {Element | undefined} */ field) => {
  requestAnimationFrame(() => field instanceof HTMLElement && field.focus())
}

/** `then` runs once there is a session. */
export const signIn = (/** @type {() => unknown} */ then) => {
  const submit = async (/** @type {SubmitEvent} */ event) => {
    event.preventDefault()
    if (busy || !(event.target instanceof HTMLFormElement)) return
    const token = new FormData(event.target).get("token")
    busy = true
    error = ""
    changed()
    try {
      await post("session", { token })
      await then()
    } catch (problem) {
      error = words(problem)
    }
    busy = false
    changed()
  }
  return html`<section class="card narrow">
    <h1 tabindex="-1">Sign in</h1>
    <form @submit=${submit}>
      <label for="token">Admin token</label>
      <input
        id="token"
        name="token"
        type="password"
        autocomplete="current-password"
        required
        aria-describedby="token-help"
        aria-invalid=${error !== ""}
        ${ref(focused)}
      />
      <p id="token-help" class="dim">
        The value of <code>http.adminToken</code> in <code>daemon.yaml</code>. It stays in a cookie that scripts cannot
        read.
      </p>
      <p role="alert" class="error-text">${error === "" ? nothing : error}</p>
      <button type="submit" class="primary" ?disabled=${busy}>${busy ? "Signing in…" : "Sign in"}</button>
      ${store.session?.role === "viewer" ? html`<a href="#/">Go on reading without</a>` : nothing}
    </form>
  </section>`
}

const example = `http:
  adminToken: { secret: ADMIN_TOKEN }`

export const switchedOff = () =>
  html`<section class="card narrow">
    <h1 tabindex="-1">The console is switched off</h1>
    <p>Nobody can sign in, because the daemon has no admin token. To switch the console on:</p>
    <ol>
      <li>Put a long random text into the environment or <code>.env</code> as <code>ADMIN_TOKEN</code>.</li>
      <li>Name it in <code>daemon.yaml</code>:${code("Lines of daemon.yaml", example)}</li>
      <li>Start the daemon again, then load this page again.</li>
    </ol>
    <button type="button" @click=${() => location.reload()}>Load again</button>
  </section>`
