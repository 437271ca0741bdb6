// @ts-check
/** The schedules of an account: when which of its entities are read, switched on and off. */
import { announce } from "../base/announce.js"
import { post, remove } from "../base/api.js"
import { errorOf } from "../base/errors.js"
import { badge } from "../base/icon.js"
import { html, nothing } from "../base/lit.js"
import { ago } from "../base/parts.js"
import { store } from "../shell/store.js"

/** @import { Account, AccountSchedule } from "../types.js" */

/**
 * @param {() => Promise<unknown>} act
 * @param {string} done
 * @param {() => unknown} refresh
 */
const perform = async (act, done, refresh) => {
  try {
    await act()
    announce(done)
  } catch (error) {
    announce(errorOf(error).message)
  }
  refresh()
}

export const scheduleList = (
  /** @type {Account} */ account,
  /** @type {AccountSchedule[]} */ schedules,
  /** @type {() => unknown} */ refresh
) =>
  html`<details>
    <summary>${schedules.length === 0 ? "No schedule" : schedules.length === 1 ? "1 schedule" : `${schedules.length} schedules`}<span
      class="sr"> of ${account.owner}/${account.name}</span></summary>
    ${
      schedules.length === 0
        ? nothing
        : html`<table class="stack">
            <thead>
              <tr>
                <th scope="col">What</th><th scope="col">When</th><th scope="col">Next</th>
                <th scope="col">Last success</th><th scope="col"><span class="sr">Switch</span></th>
              </tr>
            </thead>
            <tbody>${schedules.map((schedule) => row(schedule, refresh))}</tbody>
          </table>`
    }
    ${form(account, refresh)}
  </details>`

const whenOf = (/** @type {AccountSchedule} */ { cron, every, timezone }) =>
  every === null ? html`<code>${cron}</code> <span class="dim">${timezone}</span>` : `every ${every}`

const next = (/** @type {AccountSchedule} */ { accountStatus, enabled, nextFire }) => {
  if (!enabled) return badge("skipped", "off")
  return accountStatus === "active" ? ago(nextFire) : badge("paused", "rests with its account")
}

const row = (/** @type {AccountSchedule} */ schedule, /** @type {() => unknown} */ refresh) => {
  const { enabled, entities, error, id, lastSuccess } = schedule
  const what = entities === null ? "everything" : entities.join(", ")
  const turn = () =>
    perform(
      () => post(`schedules/${id}/${enabled ? "disable" : "enable"}`),
      enabled ? "The schedule is off." : "The schedule is on.",
      refresh
    )
  const drop = () => perform(() => remove(`schedules/${id}`), "The schedule is removed.", refresh)
  return html`<tr data-schedule=${id}>
    <td class="what">${what}${error === null ? nothing : html`<br /><span class="error-text">${error}</span>`}</td>
    <td>${whenOf(schedule)}</td>
    <td data-label="Next">${next(schedule)}</td>
    <td data-label="Last success">${ago(lastSuccess)}</td>
    <td>
      <div class="buttons end">
        <button type="button" @click=${turn}>${enabled ? "Switch off" : "Switch on"}<span class="sr"> ${what}</span></button>
        <button type="button" @click=${drop}>Remove<span class="sr"> ${what}</span></button>
      </div>
    </td>
  </tr>`
}

/** An interval begins with a digit and is one word; a cron pattern has several. */
const cadenceOf = (/** @type {string} */ text) => (/\s/.test(text) ? { cron: text } : { every: text })

const form = (/** @type {Account} */ { connector, id }, /** @type {() => unknown} */ refresh) => {
  const names = (store.entities ?? []).flatMap((one) => (one.connector === connector ? [one.entity] : []))
  const submit = (/** @type {SubmitEvent} */ event) => {
    event.preventDefault()
    if (!(event.target instanceof HTMLFormElement)) return
    const form = event.target
    const data = new FormData(form)
    const [what, when] = [String(data.get("what")), String(data.get("when")).trim()]
    const body = { account: id, ...cadenceOf(when), ...(what === "" ? {} : { entities: [what] }) }
    const add = async () => {
      await post("schedules", body)
      form.reset()
    }
    perform(add, "The schedule is added.", refresh)
  }
  return html`<form class="filters line" @submit=${submit}>
    <label class="sr" for=${`what-${id}`}>What</label>
    <select id=${`what-${id}`} name="what">
      <option value="">Everything</option>
      ${names.map((name) => html`<option value=${name}>${name}</option>`)}
    </select>
    <label class="sr" for=${`when-${id}`}>When</label>
    <input id=${`when-${id}`} name="when" required autocomplete="off" placeholder="15m, or 0 3 * * *" />
    <button type="submit">Add the schedule</button>
  </form>`
}
