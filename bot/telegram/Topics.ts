/** Groups with topics: an answer belongs where it was asked. */
import type { Context } from "grammy"

/** `undefined`: outside of all topics, or in the general one. */
export const topicOf = ({ callbackQuery, message }: Pick<Context, "callbackQuery" | "message">): number | undefined => {
  const asked = message ?? callbackQuery?.message
  return asked !== undefined && "is_topic_message" in asked && asked.is_topic_message === true
    ? asked.message_thread_id
    : undefined
}
