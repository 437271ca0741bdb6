import { assert, describe, it } from "@effect/vitest"
import { Effect, Result, Stream } from "effect"
import { by, connector, jobs, world } from "./fixtures.ts"

const file = "connectors/fake.yaml"
const without = connector.slice(0, connector.indexOf("  other:"))

const valid = <A extends { readonly _tag: string }>(proposal: A) =>
  proposal._tag === "Valid" ? Effect.succeed(proposal as Extract<A, { readonly _tag: "Valid" }>) : Effect.die(proposal)

describe("an edit of the configuration", () => {
  it.live("that changes nothing is told so", () =>
    Effect.gen(function* () {
      const { control } = yield* world
      const files = yield* control.configuration.files
      assert.sameMembers(
        files.map(({ name }) => name),
        ["daemon.yaml", "jobs.yaml", file]
      )
      for (const one of files) assert.deepEqual(yield* control.configuration.propose(one), { _tag: "Unchanged" })
    })
  )

  it.live("is shown with what it changes, and nothing is written yet", () =>
    Effect.gen(function* () {
      const { control, read } = yield* world
      const proposal = yield* Effect.flatMap(control.configuration.propose({ name: file, text: without }), valid)
      assert.include(proposal.patch, `--- ${file}\n+++ ${file}\n`)
      assert.include(proposal.patch, "\n-  other:\n")
      assert.deepEqual(proposal.changes.entities, { added: [], changed: [], removed: ["fake.other"] })
      assert.match(proposal.basedOn, /^[0-9a-f]{64}$/)
      assert.strictEqual(yield* read(file), connector)
      const added = yield* Effect.flatMap(
        control.configuration.propose({ name: "connectors/new.yaml", text: "type: fake\n" }),
        valid
      )
      assert.include(added.patch, "--- /dev/null\n+++ connectors/new.yaml\n")
      assert.deepEqual(added.changes.connectors, { added: ["new"], changed: [], removed: [] })
      assert.strictEqual(added.basedOn, "none")
    })
  )

  it.live("that is wrong is told with every problem, also in files that it breaks", () =>
    Effect.gen(function* () {
      const { control } = yield* world
      const broken = yield* control.configuration.propose({ name: file, text: "type: fake\nlimts: 3\n" })
      assert.strictEqual(broken._tag, "Invalid")
      if (broken._tag === "Invalid") {
        assert.deepInclude(broken.diagnostics[0], { line: 2, column: 1, sourceLine: "limts: 3" })
      }
      const other = yield* control.configuration.propose({ name: "jobs.yaml", text: jobs.replace("send", "sned") })
      assert.strictEqual(other._tag, "Invalid")
    })
  )

  it.live.each([
    "../x",
    "../x.yaml",
    "connectors/../../x.yaml",
    "connectors/../daemon.yaml",
    "connectors/a/b.yaml",
    "connectors/.hidden.yaml",
    "connectors/.yaml",
    "connectors/x.yml",
    "/etc/x.yaml",
    "daemno.yaml",
    "daemon.yaml\0",
    ".env",
    ""
  ])("of %j is of nothing that is read, and writes nothing", (name) =>
    Effect.gen(function* () {
      const { control, directory, fs } = yield* world
      const before = yield* fs.readDirectory(directory, { recursive: true })
      const proposal = yield* control.configuration.propose({ name, text: "type: fake\n" })
      assert.strictEqual(proposal._tag, "Invalid")
      if (proposal._tag === "Invalid") assert.match(proposal.diagnostics[0]?.message ?? "", /^nothing reads this file/)
      const { _tag } = yield* Effect.flip(control.configuration.write([{ name, text: "type: fake\n" }], by))
      assert.strictEqual(_tag, "ConfigurationUnwritable")
      assert.sameMembers(yield* fs.readDirectory(directory, { recursive: true }), before)
    })
  )

  it.live("is written with the mode the file had, and is live, in a person's name", () =>
    Effect.gen(function* () {
      const { control, directory, fs, read } = yield* world
      const { configuration } = control
      yield* fs.chmod(`${directory}/${file}`, 0o640)
      const [before] = yield* configuration.versions(1)
      const { basedOn } = yield* Effect.flatMap(configuration.propose({ name: file, text: without }), valid)
      const version = yield* configuration.write(
        [
          { name: file, text: without, basedOn },
          { name: "connectors/new.yaml", text: "type: fake\n", basedOn: "none" }
        ],
        by
      )
      assert.deepInclude(version, { status: "ok", trigger: "bot", actor: "telegram:42" })
      assert.strictEqual(yield* read(file), without)
      assert.strictEqual((yield* fs.stat(`${directory}/${file}`)).mode & 0o777, 0o640)
      assert.sameMembers(yield* fs.readDirectory(`${directory}/connectors`), ["fake.yaml", "new.yaml"])
      assert.lengthOf((yield* control.generation).entities, 1)
      const [latest] = yield* configuration.versions(1)
      assert.deepInclude(latest, { id: version.id, actor: "telegram:42" })
      const texts = yield* configuration.filesOf(before?.id ?? 0)
      assert.strictEqual(texts?.find(({ name }) => name === file)?.text, connector)
      assert.isUndefined(yield* configuration.filesOf(1_000_000))
    })
  )

  it.live("goes and comes back like any other edit, and stays where something needs it", () =>
    Effect.gen(function* () {
      const { control, directory, fs, read } = yield* world
      const { configuration } = control
      const name = "connectors/new.yaml"
      assert.deepEqual(yield* configuration.propose({ name, text: null }), { _tag: "Unchanged" })
      yield* configuration.write([{ name, text: "type: fake\n" }], by)
      const proposal = yield* Effect.flatMap(configuration.propose({ name, text: null }), valid)
      assert.include(proposal.patch, `--- ${name}\n+++ /dev/null\n`)
      assert.deepEqual(proposal.changes.connectors, { added: [], changed: [], removed: ["new"] })
      const { basedOn } = proposal
      assert.deepInclude(yield* configuration.write([{ name, text: null, basedOn }], by), { status: "ok" })
      assert.deepEqual(yield* fs.readDirectory(`${directory}/connectors`), ["fake.yaml"])
      const needed = yield* configuration.propose({ name: file, text: null })
      assert.strictEqual(needed._tag, "Invalid")
      assert.deepInclude(yield* configuration.write([{ name: file, text: null }], by), { status: "invalid" })
      assert.strictEqual(yield* read(file), connector)
    })
  )

  it.live("that does not load is put back as it was, what was new is gone, and no alert stays", () =>
    Effect.gen(function* () {
      const { control, directory, fs, read } = yield* world
      const version = yield* control.configuration.write(
        [
          { name: file, text: without },
          { name: "connectors/new.yaml", text: "type: none\n" }
        ],
        by
      )
      assert.deepInclude(version, { status: "invalid", trigger: "bot", actor: "telegram:42" })
      assert.include(version.diagnostics[0]?.message, 'there is no connector type "none"')
      assert.strictEqual(yield* read(file), connector)
      assert.sameMembers(yield* fs.readDirectory(`${directory}/connectors`), ["fake.yaml"])
      assert.lengthOf((yield* control.generation).entities, 2)
      assert.isEmpty(yield* control.alerts.open)
    })
  )

  it.live("of a file that somebody else changed meanwhile is refused", () =>
    Effect.gen(function* () {
      const { control, read, write } = yield* world
      const { basedOn } = yield* Effect.flatMap(control.configuration.propose({ name: file, text: without }), valid)
      yield* write(file, `# mine\n${connector}`)
      const { message } = yield* Effect.flip(control.configuration.write([{ name: file, text: without, basedOn }], by))
      assert.include(message, `${file} was changed by somebody else meanwhile`)
      assert.strictEqual(yield* read(file), `# mine\n${connector}`)
      const again = yield* Effect.flatMap(control.configuration.propose({ name: file, text: without }), valid)
      assert.include(again.patch, "\n-# mine\n")
    })
  )

  it.live.each(["checked", "taken"] as const)(
    "whose file is another one just when it is %s is refused, and the other one stays",
    (step) =>
      Effect.gen(function* () {
        const { control, directory, fs, meanwhile, read } = yield* world
        const theirs = connector.replace("  other:", "  theirs:")
        // As editors save: a new file in place of the old one.
        meanwhile[step] = Effect.orDie(
          Effect.andThen(
            fs.writeFileString(`${directory}/theirs.tmp`, theirs),
            fs.rename(`${directory}/theirs.tmp`, `${directory}/${file}`)
          )
        )
        const edits = [
          { name: "connectors/new.yaml", text: "type: fake\n" },
          { name: file, text: without }
        ]
        const written = yield* Effect.result(control.configuration.write(edits, by))
        const outcome = Result.isFailure(written) ? written.failure.message : (written.success.error ?? "it was taken")
        assert.include(outcome, `${file} was changed by somebody else meanwhile`)
        assert.strictEqual(yield* read(file), theirs)
        assert.deepEqual(yield* fs.readDirectory(`${directory}/connectors`), ["fake.yaml"])
        const live = (yield* control.generation).entities.map(({ name }) => name)
        assert.sameMembers(live, step === "checked" ? ["thing", "other"] : ["thing", "theirs"])
        assert.isEmpty(yield* control.alerts.open)
        const [latest] = yield* control.configuration.versions(1)
        const texts = yield* control.configuration.filesOf(latest?.id ?? 0)
        assert.strictEqual(texts?.find(({ name }) => name === file)?.text, step === "checked" ? connector : theirs)
      })
  )

  it.live("of which a part cannot be written changes nothing, and says what to do", () =>
    Effect.gen(function* () {
      const { control, directory, fs, read } = yield* world
      // Stands in the way of the new text, as no permission would of an administrator.
      yield* fs.makeDirectory(`${directory}/.jobs.yaml.new/in-the-way`, { recursive: true })
      const { message } = yield* Effect.flip(
        control.configuration.write(
          [
            { name: file, text: without },
            { name: "jobs.yaml", text: "{}\n" }
          ],
          by
        )
      )
      assert.match(message, /^jobs\.yaml cannot be written, and nothing was changed \(.*\)\. Let the daemon write in /)
      assert.strictEqual(yield* read(file), connector)
      assert.sameMembers(yield* fs.readDirectory(`${directory}/connectors`), ["fake.yaml"])
    })
  )

  it.live("leaves links alone, which lead out of the directory", () =>
    Effect.gen(function* () {
      const { control, directory, fs } = yield* world
      const outside = yield* fs.makeTempDirectoryScoped()
      yield* fs.rename(`${directory}/connectors`, `${outside}/connectors`)
      yield* fs.symlink(`${outside}/connectors`, `${directory}/connectors`)
      for (const name of [file, "connectors/new.yaml"]) {
        const { message } = yield* Effect.flip(control.configuration.write([{ name, text: "type: fake\n" }], by))
        assert.include(message, `${name} is a link to elsewhere`)
      }
      assert.sameMembers(yield* fs.readDirectory(`${outside}/connectors`), ["fake.yaml"])
    })
  )

  it.live("by hand is taken over when it is asked for, and told to who listens", () =>
    Effect.gen(function* () {
      const { control, write } = yield* world
      const [, next] = yield* Effect.all(
        [
          Effect.andThen(write(file, without), control.reload(by)),
          control.generations.pipe(Stream.drop(1), Stream.runHead, Effect.flatMap(Effect.fromOption))
        ],
        { concurrency: 2 }
      )
      assert.lengthOf(next.entities, 1)
      assert.deepInclude((yield* control.configuration.versions(1))[0], {
        status: "ok",
        trigger: "bot",
        actor: "telegram:42"
      })
    })
  )
})
