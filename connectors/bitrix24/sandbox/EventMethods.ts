/** Handlers of events, which an application binds; a webhook may not, its handlers are set up in the portal. */
import type { Called, Method } from "./Called.ts"
import { paramOf } from "./Params.ts"
import { Refused } from "./Refused.ts"

const known = /^ONCRM(?:LEAD|DEAL|CONTACT|COMPANY|DYNAMICITEM)(?:ADD|UPDATE|DELETE)$/

const ofApplications =
  (method: Method): Method =>
  (called) =>
    called.caller === "application"
      ? method(called)
      : new Refused(403, "WRONG_AUTH_TYPE", "Current authorization type is denied for this method")

const named = ({ params }: Called) => ({
  event: String(paramOf(params, "event") ?? "").toUpperCase(),
  handler: String(paramOf(params, "handler") ?? "")
})

const bind: Method = (called) => {
  const { event, handler } = named(called)
  if (!known.test(event)) return new Refused(400, "ERROR_EVENT_NOT_FOUND", "Event not found")
  const { handlers } = called.state
  handlers.push({ id: handlers.length + 1, event, handler, token: called.state.applicationToken, isBound: true })
  return { result: true }
}

const unbind: Method = (called) => {
  const { event, handler } = named(called)
  const { handlers } = called.state
  const kept = handlers.filter((one) => !(one.isBound && one.event === event && one.handler === handler))
  const count = handlers.length - kept.length
  handlers.splice(0, handlers.length, ...kept)
  return { result: { count } }
}

const bound: Method = ({ state }) => ({
  result: state.handlers
    .filter(({ isBound }) => isBound)
    .map(({ event, handler }) => ({ event, handler, auth_type: "0", offline: 0 }))
})

export const eventMethods: Readonly<Record<string, Method>> = {
  "event.bind": ofApplications(bind),
  "event.unbind": ofApplications(unbind),
  "event.get": ofApplications(bound)
}
