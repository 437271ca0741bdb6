/** Topics of groups: an answer goes to the topic of the question. */
import type { Context } from "grammy"

/** Returns `undefined` outside of all topics and in the general one. */
export const topicOf = ({ callbackQuery, message }: Pick<Context, "callbackQuery" | "message">): number | undefined => {
  const asked = message ?? callbackQuery?.message
  return asked !== undefined && "is_topic_message" in asked && asked.is_topic_message === true
    ? asked.message_thread_id
    : undefined
}
