// @ts-check
/** The daemon's time: a screen whose clock is wrong still tells true ages. */

let ahead = 0

/** Learns from an answer's Date header, which has whole seconds; less than two are no difference. */
export const learn = (/** @type {Response} */ answer) => {
  const told = Date.parse(answer.headers.get("date") ?? "")
  if (Number.isNaN(told)) return
  const difference = told + 500 - Date.now()
  ahead = Math.abs(difference) < 2000 ? 0 : difference
}

export const now = () => Date.now() + ahead
