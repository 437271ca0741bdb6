// @ts-check
/** The form of an action: its input, and whether it runs for real or as a dry run. */

import { confirm } from "../base/confirm.js"
import { html, live, nothing } from "../base/lit.js"
import { changed } from "../shell/store.js"
import { json } from "./actionParts.js"
import { isRunning, perform } from "./actionRun.js"
import { collect, fieldsOf, initial, whole } from "./fields.js"

/** @import { Field } from "./fields.js" */
/** @import { Action } from "../types.js" */

/** @type {Map<string, { texts: Map<string, string>, problems: Map<string, string> }>} Typed text, by action. */
const drafts = new Map()

const draftOf = (/** @type {string} */ id) => {
  const draft = drafts.get(id) ?? { texts: new Map(), problems: new Map() }
  drafts.set(id, draft)
  return draft
}

/** `then` runs at the end. */
export const actionForm = (/** @type {Action} */ action, /** @type {() => unknown} */ then) => {
  const { id, input: schema } = action
  const fields = fieldsOf(schema)
  const draft = draftOf(id)
  const textOf = (/** @type {Field} */ field) => draft.texts.get(field.name) ?? initial(field, schema)
  const submit = async (/** @type {SubmitEvent} */ event) => {
    event.preventDefault()
    const dryRun = !(event.submitter instanceof HTMLButtonElement) || event.submitter.value !== "now"
    const { input, problems } = collect(fields, textOf)
    draft.problems = problems
    changed()
    if (problems.size > 0 || (!dryRun && !(await agreed(action)))) return
    perform(id, input, dryRun, then)
  }
  const form = html`<form class="fields" @submit=${submit}>
    ${fields.map((field) => row(action, field, textOf(field), draft))}
    <div class="buttons">
      <button type="submit" value="dry" ?disabled=${isRunning(id)}>
        Try<span class="sr"> ${id}</span> without sending
      </button>
      <button type="submit" class="primary" value="now" ?disabled=${isRunning(id)}>
        Do<span class="sr"> ${id}</span> it now…
      </button>
    </div>
  </form>`
  if (fields.length === 0) return form
  return html`<details><summary>Tell it what to do<span class="sr">: ${id}</span></summary>${form}</details>`
}

const agreed = (/** @type {Action} */ { connector, description, id }) =>
  confirm({
    title: `Do ${id} now?`,
    text: `${description} What it sends to ${connector} cannot be taken back from here. “Try without sending” says what that would be.`,
    yes: "Do it now",
    danger: true
  })

const row = (
  /** @type {Action} */ { id, input },
  /** @type {Field} */ field,
  /** @type {string} */ text,
  /** @type {{ texts: Map<string, string>, problems: Map<string, string> }} */ draft
) => {
  const { about, kind, name, required, schema } = field
  const at = `${id}/${name}`
  const problem = draft.problems.get(name)
  const typed = (/** @type {Event} */ { target }) => {
    const isField =
      target instanceof HTMLInputElement || target instanceof HTMLSelectElement || target instanceof HTMLTextAreaElement
    if (isField) draft.texts.set(name, target.value)
  }
  return html`<div class="field" data-kind=${kind}>
    <label for=${at}>${name === whole ? "Input as JSON" : name} ${required ? nothing : html`<span class="dim">optional</span>`}</label>
    ${control(field, at, text, typed, problem !== undefined)}
    <p class="dim" id=${`${at}/about`}>
      ${problem === undefined ? nothing : html`<span class="error-text" role="alert">${problem}</span> `}${about}
    </p>
    ${
      kind === "json"
        ? html`<details>
            <summary>Its JSON Schema<span class="sr">: ${name}</span></summary>
            ${json(`JSON Schema of ${name || id}`, name === whole ? input : schema)}
          </details>`
        : nothing
    }
  </div>`
}

const inputTypes = { text: "text", number: "number", integer: "number", date: "date", moment: "datetime-local" }

const control = (
  /** @type {Field} */ { choices, kind, required, schema },
  /** @type {string} */ at,
  /** @type {string} */ text,
  /** @type {(event: Event) => void} */ typed,
  /** @type {boolean} */ wrong
) => {
  const about = `${at}/about`
  if (kind === "json") {
    return html`<textarea
      id=${at} rows=${Math.min(14, Math.max(3, text.split("\n").length + 1))} spellcheck="false"
      aria-describedby=${about} aria-invalid=${wrong} ?required=${required} .value=${live(text)} @input=${typed}
    ></textarea>`
  }
  if (kind === "choice") {
    return html`<select id=${at} aria-describedby=${about} ?required=${required} @change=${typed}>
      <option value="" ?selected=${text === ""}>${required ? "Choose" : "Not set"}</option>
      ${choices.map(
        (one) => html`<option value=${String(one)} ?selected=${text === String(one)}>${wordOf(one)}</option>`
      )}
    </select>`
  }
  return html`<input
    id=${at} type=${inputTypes[kind]} autocomplete="off" step=${kind === "number" ? "any" : nothing}
    min=${schema.minimum ?? nothing} max=${schema.maximum ?? nothing} maxlength=${schema.maxLength ?? nothing}
    aria-describedby=${about} ?required=${required} .value=${live(text)} @input=${typed}
  />`
}

const wordOf = (/** @type {unknown} */ choice) => (choice === true ? "yes" : choice === false ? "no" : String(choice))
