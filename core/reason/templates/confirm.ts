/** Why a second read, which has to miss the same rows, proves nothing. */
export const confirm = {
  "confirm.partial": "it is partial: {why:reason}",
  "confirm.keyless": "{count:int} of its records had no readable key",
  "confirm.moving":
    "{count:int} of its records came twice, so rows move between its pages and others may have been missed; ask for a steady order, as by id",
  "confirm.skipped": "it skipped a parent that the first read did not skip (forEach.onStatus)",
  "confirm.lists": "a record of it lacks the list of its children, or has only the beginning of it",
  "confirm.empty": "it found the source empty",
  "confirm.failed": "it failed: {why:reason}",
  "confirm.notMade": "it was not made",
  "confirm.kept":
    "{count:int} {count|row was|rows were} not deleted: the second read that has to miss them too proves nothing, {why:reason}",
  "confirm.slid":
    "{count:int} {count|row was|rows were} in the list although the first read missed {count|it|them}: rows move between pages while it is read; ask for a steady order, as by id, if the vendor has one",
  "confirm.next":
    "{count:int} {count|row is|rows are} missing from the source for the first time: deleted if the next whole read misses {count|it|them} too (guard.confirm: next)",
  "confirm.replace": "a replace needs a second read before it deletes, and that proves nothing: {why:reason}"
} as const
