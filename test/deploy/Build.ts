/**
 * Takes the steps of a Dockerfile on this machine: a stage is a directory, and what its base image would bring (Node and
 * npm) is a copy of this machine's. Every RUN is one unprivileged user's; what the image would leave to root is closed to
 * it when the Dockerfile changes to its own user.
 */
import { cp, mkdir, readFile, realpath, stat, writeFile } from "node:fs/promises"
import { dirname, join, posix } from "node:path"
import { Effect } from "effect"
import type { Dockerfile, Stage, Step } from "./Dockerfile.ts"
import { type Account, Failed, type Place, run } from "./Process.ts"

export interface Context {
  readonly root: string
  /** From the root, already without what `.dockerignore` leaves out. */
  readonly files: ReadonlyArray<string>
}

export interface Image extends Place {
  /** The directory that stands for the container's root. */
  readonly root: string
}

export interface BuildOptions {
  readonly dockerfile: Dockerfile
  readonly context: Context
  /** Empty; everyone may enter it. */
  readonly directory: string
  readonly account: Account | undefined
  /** What a builder passes on: how to reach the package registry. */
  readonly network: Readonly<Record<string, string>>
}

/** The last stage. */
export const build = Effect.fn("Build.build")(function* (options: BuildOptions) {
  const base = yield* makeBase(options)
  const built = new Map<string, string>()
  let image: Image | undefined
  for (const [at, stage] of options.dockerfile.stages.entries()) {
    yield* sameNode(stage)
    const root = join(options.directory, `stage-${at}`)
    yield* attempt("make a stage", () => mkdir(root))
    image = { root, directory: root, account: options.account, env: base }
    for (const step of stage.steps) image = yield* take(step, image, built, options)
    built.set(stage.name ?? String(at), root)
  }
  return image ?? (yield* new Failed({ message: "The Dockerfile has no stage." }))
})

const attempt = <A>(what: string, work: () => Promise<A>) =>
  Effect.tryPromise({
    try: work,
    catch: (cause) => new Failed({ message: `Could not ${what}: ${cause instanceof Error ? cause.message : cause}` })
  })

const major = process.versions.node.split(".")[0]

const sameNode = ({ image }: Stage) =>
  image.startsWith(`node:${major}-`)
    ? Effect.void
    : Effect.fail(new Failed({ message: `The image begins with ${image}, this is Node ${process.version}.` }))

/** Their own places may be closed to the user; `chown` is root's, so in its place the owner is noted in a file. */
const makeBase = Effect.fnUntraced(function* ({ account, directory }: BuildOptions) {
  const bin = join(directory, "base/bin")
  const home = join(directory, "home")
  yield* attempt("copy Node and npm", async () => {
    await mkdir(bin, { recursive: true })
    await mkdir(home)
    await cp(process.execPath, join(bin, "node"))
    await cp(await npmPackage(), join(directory, "base/npm"), { recursive: true })
    const script = (name: string, text: string) => writeFile(join(bin, name), `#!/bin/sh\n${text}\n`, { mode: 0o755 })
    await script("npm", `exec node "${directory}/base/npm/bin/npm-cli.js" "$@"`)
    await writeFile(ownedFile(home), "")
    await script("chown", `shift && for path; do echo "$PWD/$path" >> "${ownedFile(home)}"; done`)
  })
  if (account !== undefined) yield* own(home, account)
  return { PATH: `${bin}:/usr/local/bin:/usr/bin:/bin`, HOME: home }
})

const ownedFile = (home: string): string => join(home, "owned")

const npmPackage = async (): Promise<string> => {
  for (const folder of (process.env.PATH ?? "").split(":")) {
    const found = await realpath(join(folder, "npm")).catch(() => "")
    if (found.endsWith("/bin/npm-cli.js")) return dirname(dirname(found))
  }
  throw new Error("there is no npm on PATH")
}

const own = (path: string, { gid, uid }: Account) => tool("chown", "-R", `${uid}:${gid}`, path)

/** As this script's own user. */
const tool = (...words: ReadonlyArray<string>) =>
  run(words, { account: undefined, directory: "/", env: { PATH: process.env.PATH ?? "" } })

const take = Effect.fnUntraced(function* (
  step: Step,
  image: Image,
  built: ReadonlyMap<string, string>,
  options: BuildOptions
) {
  switch (step._tag) {
    case "Workdir": {
      const directory = join(image.root, step.path)
      yield* attempt(`make ${step.path}`, () => mkdir(directory, { recursive: true }))
      if (image.account !== undefined) yield* own(directory, image.account)
      return { ...image, directory }
    }
    case "Env":
      return { ...image, env: { ...image.env, ...step.values } }
    case "Run":
      yield* run(["/bin/sh", "-c", step.command], { ...image, env: { ...image.env, ...options.network } })
      return image
    case "User":
      yield* closeToUser(image)
      return image
    case "Copy": {
      const from = step.from === undefined ? undefined : built.get(step.from)
      if (step.from !== undefined && from === undefined) {
        return yield* new Failed({ message: `COPY --from=${step.from}: there is no such stage before it.` })
      }
      for (const source of step.sources) {
        yield* from === undefined
          ? copyContext(source, step.target, image, options.context)
          : attempt(`copy ${source}`, async () => {
              const target = targetOf(step.target, source, (await stat(join(from, source))).isFile(), image)
              await cp(join(from, source), target, { recursive: true, verbatimSymlinks: true })
            })
      }
      if (image.account !== undefined) yield* own(image.directory, image.account)
      return image
    }
  }
})

/** A folder's content goes to the target; a file too, unless a slash at its end says that the target is a folder. */
const targetOf = (target: string, source: string, isFile: boolean, image: Image): string => {
  const place = target.startsWith("/") ? join(image.root, target) : join(image.directory, target)
  return isFile && target.endsWith("/") ? join(place, posix.basename(source)) : place
}

const copyContext = Effect.fnUntraced(function* (source: string, to: string, image: Image, { files, root }: Context) {
  const from = posix.normalize(source)
  const target = targetOf(to, source, files.includes(from), image)
  const wanted = files.filter((file) => from === "." || file === from || file.startsWith(`${from}/`))
  if (wanted.length === 0) return yield* new Failed({ message: `COPY ${source}: the context has no such file.` })
  yield* attempt(`copy ${source}`, async () => {
    for (const file of wanted) {
      const path = join(target, posix.relative(from, file))
      await mkdir(dirname(path), { recursive: true })
      await cp(join(root, file), path)
    }
  })
})

const closeToUser = Effect.fnUntraced(function* ({ env, root }: Image) {
  yield* tool("chmod", "-R", "a-w", root)
  const owned = yield* attempt("read what is the user's own", () => readFile(ownedFile(env.HOME ?? ""), "utf8"))
  for (const path of owned.split("\n").filter((line) => line !== "")) yield* tool("chmod", "-R", "u+w", path)
})
