/** Why an entity could not be checked against its source. */
export const live = {
  "live.noAccount":
    "{connector} has no active account to read for; add one, as in `tributary accounts add {connector} shop1`",
  "live.noParent":
    "its requests are made from rows of {table}, and the first page of what fills that table has none to try with"
} as const
