/** Why a delivery of the inbox was not worked off. */
export const inbox = {
  "inbox.interrupted": "{times:int} {times|process|processes} ended while working on it",
  "inbox.late": "it was not finished within {limit}",
  "inbox.unexpected": "it ended unexpectedly: {text}",
  "inbox.erased": "its body was erased after the time for which it is kept",
  "inbox.unknown": "there is no delivery {id:int}",
  "inbox.waits": "the delivery {id:int} waits already",
  "inbox.bodyErased": "the body of the delivery {id:int} was erased, so it cannot be replayed",
  "inbox.noEntity": "{connector} has no entity {entity} that is read by keys"
} as const
