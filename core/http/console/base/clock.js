// @ts-check
/** The daemon's time: even a screen with a wrong clock shows the right ages. */

let ahead = 0

/** Reads an answer's Date header, which has whole seconds; a difference below two seconds is ignored. */
export const learn = (/** @type {Response} */ answer) => {
  const serverTime = Date.parse(answer.headers.get("date") ?? "")
  if (Number.isNaN(serverTime)) return
  const difference = serverTime + 500 - Date.now()
  ahead = Math.abs(difference) < 2000 ? 0 : difference
}

export const now = () => Date.now() + ahead
