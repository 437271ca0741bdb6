/** The outcome of a fire of a job. */
export const job = {
  "job.entities": "entities: {counts:list}",
  "job.ok": "{count:int} ok",
  "job.warning": "{count:int} warning",
  "job.failed": "{count:int} failed",
  "job.skipped": "{count:int} skipped",
  "job.entityFailed": "{entity} failed: {why:reason}",
  "job.entityWarning": "{entity} warning: {why:reason}",
  "job.entitySkipped": "{entity} skipped: {why:reason}",
  "job.entitiesFailed": "{count:int} of {connector} failed ({entities}): {why:reason}",
  "job.entitiesWarning": "{count:int} of {connector} warning ({entities}): {why:reason}",
  "job.entitiesSkipped": "{count:int} of {connector} skipped ({entities}): {why:reason}",
  "job.more": "and {count:int} more",
  "job.trimmed": "{count:int} {count|row|rows} of {table} trimmed",
  "job.stopped": "stopped after step {step:int}: {count:int} {count|step was|steps were} left out",
  "job.stepBroke": "a step ended unexpectedly: {text}",
  "job.nobody": "no daemon was there in time",
  "job.nobodyYet": "no daemon was there in time; a later fire ran",
  "job.paused": "paused",
  "job.pausedBy": "paused by {who}",
  "job.overlap": "the run before it is still going on",
  "job.queued": "another run is already waiting for the one before it"
} as const
