/** Reads a Dockerfile as far as ours goes: what is not known here is an error, never a step that is left out. */

export type Step =
  | { readonly _tag: "Workdir"; readonly path: string }
  | { readonly _tag: "Env"; readonly values: Readonly<Record<string, string>> }
  | { readonly _tag: "User"; readonly uid: number; readonly gid: number }
  | { readonly _tag: "Run"; readonly command: string }
  | { readonly _tag: "Copy"; readonly from?: string; readonly sources: ReadonlyArray<string>; readonly target: string }

export interface Stage {
  readonly image: string
  readonly name?: string
  readonly steps: ReadonlyArray<Step>
}

/** How a container of the last stage is run. */
export interface Running {
  readonly entrypoint: ReadonlyArray<string>
  readonly command: ReadonlyArray<string>
  readonly healthcheck: ReadonlyArray<string>
  /** The program's runtime heeds these two. */
  readonly stopSignal: "SIGTERM" | "SIGINT"
  readonly ports: ReadonlyArray<string>
  readonly volumes: ReadonlyArray<string>
}

export interface Dockerfile {
  readonly stages: ReadonlyArray<Stage>
  readonly running: Running
}

const nothing: Running = {
  entrypoint: [],
  command: [],
  healthcheck: [],
  stopSignal: "SIGTERM",
  ports: [],
  volumes: []
}

export const parse = (text: string): Dockerfile => {
  const stages: Array<Stage & { readonly steps: Array<Step> }> = []
  let running = nothing
  for (const line of instructions(text)) {
    const [keyword = "", ...rest] = line.split(/\s+/)
    const argument = line.slice(keyword.length).trim()
    if (keyword === "FROM") {
      const [image = "", as, name] = rest
      if (rest.length !== 1 && !(rest.length === 3 && as === "AS")) throw unknown(line)
      stages.push({ image, ...(name === undefined ? {} : { name }), steps: [] })
      running = nothing
      continue
    }
    const step = stepOf(keyword, argument)
    if (step !== undefined) stages.at(-1)?.steps.push(step)
    else running = { ...running, ...runningOf(keyword, argument) }
  }
  return { stages, running }
}

const unknown = (line: string) => new Error(`The Dockerfile says what this script cannot do: ${line}`)

/** Comments are gone and continued lines are one. */
const instructions = (text: string): ReadonlyArray<string> =>
  text
    .split("\n")
    .filter((line) => !/^\s*#/.test(line))
    .join("\n")
    .replaceAll(/\\\n\s*/g, "")
    .split("\n")
    .map((line) => line.trim())
    .filter((line) => line !== "")

const stepOf = (keyword: string, argument: string): Step | undefined => {
  switch (keyword) {
    case "WORKDIR":
      return { _tag: "Workdir", path: argument }
    case "ENV":
      return { _tag: "Env", values: Object.fromEntries(argument.split(/\s+/).map(pairOf)) }
    case "USER": {
      const [, uid, gid] = /^(\d+):(\d+)$/.exec(argument) ?? []
      if (uid === undefined || gid === undefined) throw unknown(`USER ${argument} (give it as uid:gid)`)
      return { _tag: "User", uid: Number(uid), gid: Number(gid) }
    }
    case "RUN":
      // The command runs on this machine, where such a path is not the image's.
      if (/^(?:\[|--)|(?:^|[\s='"])\//.test(argument)) throw unknown(`RUN ${argument} (options or absolute paths)`)
      return { _tag: "Run", command: argument }
    case "COPY": {
      const [, from, paths = ""] = /^(?:--from=(\S+)\s+)?(.*)$/.exec(argument) ?? []
      const words = paths.split(/\s+/)
      const target = words.pop() ?? ""
      if (words.length === 0 || /^--|[*?[]/m.test(words.join("\n"))) throw unknown(`COPY ${argument}`)
      return { _tag: "Copy", ...(from === undefined ? {} : { from }), sources: words, target }
    }
    default:
      return undefined
  }
}

const pairOf = (text: string): readonly [string, string] => {
  const [, name, value] = /^(\w+)=([^"'\\$/][^"'\\$]*)$/.exec(text) ?? []
  if (name === undefined || value === undefined) throw unknown(`ENV ${text} (quotes, variables or absolute paths)`)
  return [name, value]
}

const runningOf = (keyword: string, argument: string): Partial<Running> => {
  switch (keyword) {
    case "ENTRYPOINT":
      return { entrypoint: wordsOf(argument) }
    case "CMD":
      return { command: wordsOf(argument) }
    case "HEALTHCHECK":
      return {
        healthcheck: wordsOf(
          argument.replace(/^(?:--(?:interval|timeout|start-period|start-interval|retries)=\w+\s+)*CMD\s+/, "")
        )
      }
    case "STOPSIGNAL":
      if (argument !== "SIGTERM" && argument !== "SIGINT") throw unknown(`STOPSIGNAL ${argument}`)
      return { stopSignal: argument }
    case "EXPOSE":
      return { ports: argument.split(/\s+/) }
    case "VOLUME":
      return { volumes: argument.split(/\s+/) }
    default:
      throw unknown(`${keyword} ${argument}`)
  }
}

/** Only the form without a shell: with one, signals would reach the shell. */
const wordsOf = (argument: string): ReadonlyArray<string> => {
  const words: unknown = argument.startsWith("[") ? JSON.parse(argument) : undefined
  if (Array.isArray(words) && words.every((word) => typeof word === "string")) return words
  throw unknown(`${argument} (give it as a list of strings)`)
}
