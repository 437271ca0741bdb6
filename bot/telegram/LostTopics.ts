/** Topics of groups that take no messages, because somebody deleted or closed them: their messages go to the group. */
import { Effect, Schema } from "effect"
import { SqlClient } from "effect/sql"
import { Locales } from "../i18n/Locales.ts"
import * as NotificationState from "../NotificationState.ts"
import type { View } from "../window/View.ts"
import { Window } from "../window/Window.ts"
import { type Destination, textOf } from "./Destination.ts"

type Topic = Required<Destination>

export const make = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const [locales, window] = [yield* Locales, yield* Window]
  const lost = new Map<string, Topic>()

  /** Reports it once, also across restarts. */
  const tell = Effect.fnUntraced(
    function* (topic: Topic) {
      const notified = NotificationState.make(`topic ${textOf(topic)}`, Schema.Boolean)
      if ((yield* notified.read) === true) return
      yield* window.send(topic.chat, { text: locales.in(undefined).say("topic-lost", { topic: topic.topic }) })
      yield* notified.write(true)
    },
    Effect.provideService(SqlClient.SqlClient, sql)
  )

  const missed = Effect.fnUntraced(function* (topic: Topic) {
    lost.set(textOf(topic), topic)
    yield* Effect.annotateLogs(Effect.logWarning("a topic takes no messages; they come to its group"), {
      service: "LostTopics",
      ...topic
    })
    yield* Effect.catch(tell(topic), (error) => Effect.logWarning("the group was not told of it", error.message))
  })

  const send = Effect.fnUntraced(function* (topic: Topic, view: View) {
    let isMissed = false
    const onMissed = Effect.suspend(() => {
      isMissed = true
      return missed(topic)
    })
    const shown = yield* window.send(topic.chat, view, { topic: topic.topic, onMissed })
    if (!isMissed) lost.delete(textOf(topic))
    return shown
  })

  return { lost: Effect.sync(() => [...lost.values()]), send }
})
