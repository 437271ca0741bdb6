/** `/_chat/…`: the actions of a person, done by the page or another process. */
import { Duration, Effect, Schema } from "effect"
import { json, type SandboxRequest, type SandboxResponse } from "../../../core/sdk-sandbox.ts"
import type { StoredFile, World } from "../Model.ts"
import { pageAt, security } from "../Page.ts"
import { addPerson, type Person, personOf } from "../People.ts"
import type { Scene } from "./Conversation.ts"
import { events, type Roles } from "./Views.ts"

const ActInput = Schema.Struct({
  text: Schema.optionalKey(Schema.String),
  data: Schema.optionalKey(Schema.String),
  message: Schema.optionalKey(Schema.Int),
  phone: Schema.optionalKey(Schema.String),
  name: Schema.optionalKey(Schema.String)
})
type ActInput = typeof ActInput.Type
const decodeActInput = Schema.decodeUnknownEffect(Schema.fromJsonString(ActInput))

const answer = (body: unknown, status = 200): SandboxResponse => {
  const response = json(body, status)
  return { ...response, headers: { ...security, ...response.headers } }
}

const done = answer({ ok: true })

const failed = (status: number, error: string) => answer({ error }, status)

export const isChat = ({ path }: SandboxRequest): boolean => path === "/" || /^\/(?:_chat|page|assets)\//.test(path)

export const handleChat = (scene: Scene, roles: Roles, request: SandboxRequest): Effect.Effect<SandboxResponse> => {
  const { method, path } = request
  if (method === "GET") return pageAt(path) ?? Effect.sync(() => read(scene.world, roles, path))
  // No other site's page can send this header.
  if (request.headers["x-tributary"] === undefined) {
    return Effect.succeed(failed(403, "Send the header x-tributary."))
  }
  return act(scene, request).pipe(
    Effect.catchTag("SchemaError", ({ message }) => Effect.succeed(failed(400, message))),
    Effect.catchTag("ChatFailure", ({ problem }) => Effect.succeed(failed(409, problem)))
  )
}

const read = (world: World, roles: Roles, path: string): SandboxResponse => {
  if (path === "/_chat/events") {
    return { headers: { ...security, "content-type": "text/event-stream" }, body: events(world, roles) }
  }
  const file = world.files.get(/^\/_chat\/files\/([\w-]+)$/.exec(path)?.[1] ?? "")
  return file === undefined ? failed(404, "There is nothing at this address.") : fileAnswer(file)
}

/** The page shows a picture; the browser saves any other file. */
const fileAnswer = ({ bytes, name, type, width }: StoredFile): SandboxResponse => {
  const isPicture = width > 0 && type.startsWith("image/")
  return {
    headers: {
      ...security,
      "content-type": isPicture ? type : "application/octet-stream",
      "content-disposition": `${isPicture ? "inline" : "attachment"}; filename*=UTF-8''${encodeURIComponent(name)}`
    },
    body: bytes
  }
}

const act = Effect.fnUntraced(function* (scene: Scene, request: SandboxRequest) {
  if (request.path === "/_chat/people") {
    const { name = "Гость", phone } = yield* decodeActInput(request.body)
    return answer({ id: addPerson(scene, { name, phone }).id })
  }
  const [, id, verb = ""] = /^\/_chat\/(\d+)\/(\w+)$/.exec(request.path) ?? []
  const person = personOf(scene, Number(id))
  if (person === undefined) return failed(404, "There is no such person.")
  if (verb === "document") {
    const [name, caption] = [request.query.get("name") ?? "file", request.query.get("caption") ?? undefined]
    yield* person.document(name, request.bytes, caption)
    return done
  }
  return yield* perform(person, verb, yield* decodeActInput(request.body || "{}"))
})

const perform = Effect.fnUntraced(function* (person: Person, verb: string, input: ActInput) {
  switch (verb) {
    case "send":
      yield* person.send(input.text ?? "")
      return done
    case "contact":
      yield* person.contact(input.phone)
      return done
    case "tap":
      yield* person.tap(input.text ?? "")
      return done
    case "press": {
      const { message, data = "" } = input
      const { alert, text, waited } = yield* person.press({ data, ...(message === undefined ? {} : { message }) })
      return answer({ text, alert, waitedMs: Duration.toMillis(waited) })
    }
    case "block":
      yield* person.block
      return done
    case "unblock":
      yield* person.unblock
      return done
    default:
      return failed(404, "There is nothing at this address.")
  }
})
