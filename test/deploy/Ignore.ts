/** Which files of the build context a `.dockerignore` leaves out; the last pattern that matches decides. */

export const ignored = (dockerignore: string): ((path: string) => boolean) => {
  const rules = dockerignore
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "" && !line.startsWith("#"))
    .map((line) => ({ leavesOut: !line.startsWith("!"), pattern: patternOf(line.replace(/^!/, "")) }))
  return (path) => rules.findLast(({ pattern }) => pattern.test(path))?.leavesOut ?? false
}

/** A pattern that matches a folder matches what is in it. */
const patternOf = (glob: string): RegExp => {
  const source = glob
    .replaceAll(/^\/|\/$/g, "")
    .replaceAll(/[.+^${}()|[\]\\]/g, "\\$&")
    .replaceAll(/\*\*\/|\*\*|\*|\?/g, (wild) => ({ "**/": "(?:.*/)?", "**": ".*", "*": "[^/]*" })[wild] ?? "[^/]")
  return new RegExp(`^${source}(?:/|$)`)
}
