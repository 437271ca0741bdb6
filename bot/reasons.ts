/** The codes of reasons that only the bot uses. Translations are in `locales/`. */
import { define } from "../core/reason/Reason.ts"

export const botReason = define({
  "bot.noToken": "it has no token: set the secret of `token` in bot.yaml",
  "bot.tokenRefused": "Telegram does not accept the token: correct it and reload",
  "bot.unreached": "it has not reached Telegram yet",
  "bot.conflict": "another program fetches the updates of this bot: stop it, or give each its own bot",
  "bot.network": "Telegram cannot be reached; it is tried again and again",
  "bot.silent": "Telegram takes requests and does not answer them; it is tried again and again",
  "bot.flood": "Telegram wants to be asked less often for a while",
  "bot.hookTaken": "the webhook of this bot leads elsewhere; it is set again",
  "bot.hookSilent": "Telegram has {count:int} {count|update|updates} for the webhook and does not call it",
  "bot.hookFailing":
    "Telegram has {count:int} {count|update|updates} and does not get through to the webhook: {why:reason}",
  "bot.chatLost":
    "the bot cannot write to the chat {chat}: {why:reason}. Let it in again, or take the chat out of bot.yaml",
  "bot.topicLost":
    "there is no writing in the topic {topic:int} of the chat {chat}; messages for it come to the group. Name another one in bot.yaml",
  "bot.messagesLost":
    "{count:int} {count|message was|messages were} given up since Telegram did not take {count|it|them}, the last one for the chat {chat} ({at:time})",
  "chats.topics": "the group {chat} stands here with two topics: a message is told in one of them",
  "bot.refused": "Telegram refuses the bot",
  "bot.fetches": "@{name} fetches updates",
  "bot.isSent": "@{name} is sent updates",

  // The meanings of keys.
  "meaning.webhookUrl": "Where Telegram reaches the daemon, as in {example}.",
  "meaning.webhookSecret": "What Telegram must show: letters, digits, _ and -, as a secret.",
  "meaning.transport": "polling, or a webhook"
})
