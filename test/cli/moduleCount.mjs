/** For `node --import`: how many modules the program loads, as the last line on standard error. */
import { writeSync } from "node:fs"
import { registerHooks } from "node:module"

let count = 0

registerHooks({
  load: (url, context, next) => {
    if (!url.startsWith("node:")) count += 1
    return next(url, context)
  }
})

process.on("exit", () => writeSync(2, `${count}\n`))
