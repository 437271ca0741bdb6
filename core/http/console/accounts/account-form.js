// @ts-check
/** Adds an account: by a link and a code, or with its credentials. */
import { announce } from "../base/announce.js"
import { post } from "../base/api.js"
import { errorOf } from "../base/errors.js"
import { html, nothing } from "../base/lit.js"
import { changed, store } from "../shell/store.js"

/** @import { Connector } from "../types.js" */

const state = { connector: "", problem: "", busy: false }

export const addForm = (/** @type {() => unknown} */ refresh) => {
  const choices = (store.connectors ?? []).filter(({ accounts }) => accounts !== undefined)
  const [first] = choices
  if (first === undefined) return nothing
  const chosen = choices.find(({ name }) => name === state.connector) ?? first
  const submit = (/** @type {SubmitEvent} */ event) => {
    event.preventDefault()
    if (event.target instanceof HTMLFormElement) send(chosen, event.target, refresh)
  }
  return html`<details class="panel" data-testid="add">
    <summary>Add an account, or authorize one again</summary>
    <form class="fields" @submit=${submit}>
      ${choices.length < 2 ? nothing : connectorField(choices, chosen)}
      ${field("owner", "Owner", "Whose account it is, such as anna. The same owner may have several.")}
      ${field("name", "Name", "What its owner calls it, such as shop1.")}
      ${chosen.accounts?.link === false ? credentialFields() : nothing}
      ${state.problem === "" ? nothing : html`<p class="error-text" role="alert">${state.problem}</p>`}
      <div class="buttons">
        <button type="submit" class="primary" ?disabled=${state.busy}>
          ${chosen.accounts?.link === false ? "Test and add" : "Get a link and a code"}
        </button>
      </div>
    </form>
  </details>`
}

const connectorField = (/** @type {Connector[]} */ choices, /** @type {Connector} */ chosen) => {
  const choose = (/** @type {Event} */ { target }) => {
    if (target instanceof HTMLSelectElement) Object.assign(state, { connector: target.value, problem: "" })
    changed()
  }
  return html`<div class="field">
    <label for="add-connector">Connector</label>
    <select id="add-connector" @change=${choose}>
      ${choices.map(({ name }) => html`<option value=${name} ?selected=${name === chosen.name}>${name}</option>`)}
    </select>
  </div>`
}

const field = (
  /** @type {string} */ name,
  /** @type {string} */ words,
  /** @type {string} */ about,
  /** @type {string} */ type = "text"
) =>
  html`<div class="field">
    <label for=${`add-${name}`}>${words}</label>
    <input id=${`add-${name}`} name=${name} type=${type} required autocomplete="off" aria-describedby=${`about-${name}`} />
    <p class="dim" id=${`about-${name}`}>${about}</p>
  </div>`

const credentialFields = () =>
  html`${field("credential", "Name of the credential", "As the connector's page has it, such as token.")}
  ${field("secret", "Credential", "It is tested at once, stored sealed, and shown nowhere.", "password")}`

const send = async (
  /** @type {Connector} */ { accounts, name: connector },
  /** @type {HTMLFormElement} */ form,
  /** @type {() => unknown} */ refresh
) => {
  const data = new FormData(form)
  const text = (/** @type {string} */ name) => String(data.get(name) ?? "").trim()
  const given = accounts?.link === false ? { credentials: { [text("credential")]: text("secret") } } : {}
  Object.assign(state, { busy: true, problem: "" })
  changed()
  try {
    await post("accounts", { connector, owner: text("owner"), name: text("name"), ...given })
    announce(accounts?.link === false ? "The account is added." : "The link and the code are below.")
    form.reset()
  } catch (error) {
    state.problem = errorOf(error).message
  }
  state.busy = false
  await refresh()
  changed()
}
