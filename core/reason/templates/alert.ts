/** Current problems. */
export const alert = {
  "alert.jobFailed": "The job {job} of {at:time} failed:\n{whys:lines}",
  "alert.jobMissed": "The job {job} of {at:time} was missed:\n{whys:lines}",
  "alert.jobForgotten": "The job {job} was due at {at:time} and has not begun: the scheduler does not run.",
  "alert.late": "{entity} is late: it was to be fresh after {at:time}, and {since:reason}.",
  "alert.lateFailing":
    "{entity} is late: it was to be fresh after {at:time}, and {since:reason}. Its last run failed: {why:reason}",
  "alert.lateSince": "its last good run ended at {at:time}",
  "alert.lateNever": "it never had a good run",
  "alert.lateMany": "{count:int} entities of {connector} are late ({entities}): they were not refreshed in time.",
  "alert.lateManyFailing":
    "{count:int} entities of {connector} are late ({entities}), and their last runs failed alike: {why:reason}",
  "alert.held":
    "{entity}: {count:int} {count|delete waits|deletes wait} for a decision: {why:reason}. Apply or drop them.",
  "alert.heldMany":
    "{count:int} entities of {connector} have deletes that wait for a decision ({entities}): {why:reason}. Apply or drop them.",
  "alert.fields": "{entity}: its source has other fields than before:\n{whys:lines}",
  "alert.fieldsMany":
    "{count:int} entities of {connector} have other fields than before ({entities}), among them: {why:reason}",
  "alert.accountInvalid":
    "{connector}: {account} is not read any more until its owner authorizes it again, because {why:reason}",
  "alert.accountsInvalid":
    "{connector}: {count:int} accounts ({accounts}) are not read any more until their owners authorize them again, the first because {why:reason}",
  "alert.cursorOld":
    "{entity}: nothing was read on from its cursor for {age}; the source may not have all any more that came since.",
  "alert.cursorsOld":
    "{entity}: nothing was read on from {count:int} cursors ({accounts}), from the oldest for {age}; the source may not have all any more that came since.",
  "alert.circuit":
    "The connector {connector} does not answer: its last calls all failed, and it is given time to recover.",
  "alert.actionUnknown":
    '{action}: it is not known what became of "{what:reason}" of {at:time} (entry {entry:int}). Look there, then decide.',
  "alert.plugin": "The plugin {plugin} does not do its work: {why:reason}",
  "alert.databaseAway": "The database does not answer, and runs wait for it: {why:reason}",
  "alert.databaseSilent": "The database does not answer within ten seconds, and runs wait for it.",
  "alert.databaseReadOnly": "The database takes no writes: it is a standby, or was set to read only.",
  "alert.reload": "the configuration was not reloaded, the daemon goes on as it was: {why:reason}",
  "alert.unheard": "nobody was told of it in a chat within {span}: {whys:reasons}",
  "alert.noTeller": "there is no bot that could",
  "alert.unheardOf": "no chat has confirmed it",
  "alert.still": "still, after {lasted}: {what:reason}",
  "alert.merged": "told with others from now on: {what:reason}",
  "alert.recovered": "recovered after {lasted}; it was: {what:reason}"
} as const
