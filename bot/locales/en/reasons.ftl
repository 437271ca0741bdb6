reason-elsewhere = another run of it is going on, this one did nothing
reason-interrupted = interrupted
reason-deadline = not finished within { $limit } (limits.deadline)
reason-partial-kept = not all of it was read: { $why }; nothing was deleted
reason-partial = not all of it was read: { $why }
reason-empty = the source is empty: deleting all rows ({ $count }) was withheld (guard.empty: refuse)
reason-share = { $gone } of { $rows } rows are gone from the source, more than guard.maxDelete { $limit }: the deletes were withheld
reason-rejects = { $rejected } of { $fetched } records were rejected, more than guard.maxReject { $limit }: { $count } deletes were withheld
reason-rejected = { $rejected } of { $fetched } records were rejected: { $why }
reason-keyless = { $count } records had no readable key, so nothing was deleted
reason-repaired = { $count } texts held NUL or broken Unicode, replaced by U+FFFD
reason-folded = { $count } duplicates of a key, the last one counts
reason-tried = { $why } (tried { $count } times)
reason-answered = { $what }: answered { $status }: { $why }
reason-not-sent = nothing was sent: { $why }
reason-refused = iiko refused it: { $why }
reason-plan-configuration = the configuration has changed since, plan again.
reason-plan-table = the table { $table } has changed since, plan again.
reason-unwritable = { $file } cannot be written ({ $why }). Let the daemon write in { $directory }.
reason-edited-meanwhile = { $file } was changed by somebody else meanwhile: look again and repeat the edit.
reason-entities = Tables: { $counts }
reason-count-ok = { $count } well
reason-count-warning = { $count } with warnings
reason-count-failed = { $count } failed
reason-count-skipped = { $count } skipped
reason-failed = ❌ { $what }: { $why }
reason-warning = ⚠️ { $what }: { $why }
reason-skipped = ⏭ { $what }: { $why }
reason-more = …and { $count } more
reason-trimmed = { $table }: { $count } old rows removed
reason-nobody = no daemon was running then
reason-nobody-later = no daemon was running then, a later run was made
reason-paused = paused
reason-paused-by = paused ({ $who })
reason-overlap = the run before it is still going on
reason-queued = another run waits already for the one before it
reason-job-failed = The job { $job }, { $at }: failed
reason-job-missed = The job { $job }, { $at }: missed
reason-job-forgotten = The job { $job } was due at { $at } and has not begun: the scheduler does not run.
reason-late = { $entity } is late: it was to be fresh after { $at }, and { $why }.
reason-late-since = its last good run ended at { $at }
reason-late-never = it never had a good run
reason-held = { $entity }: { $why }.
reason-circuit = { $connector } does not answer: its last calls all failed, and it is given time to recover.
reason-action-unknown = { $action }: it is not known whether “{ $what }” arrived, { $at }.
reason-plugin = { $plugin } does not work: { $why }
reason-reload = It could not be loaded, everything goes on as it was: { $why }
reason-process-ended = the daemon ended while it was being sent
reason-interrupted-sending = interrupted while it was being sent
reason-interrupted-before = interrupted before it was sent
reason-writeoff = Write-off { $number }: { $count ->
    [one] one product
   *[other] { $count } products
}
reason-transfer = Transfer { $number }: { $count ->
    [one] one product
   *[other] { $count } products
}
reason-moved = { $source } → { $target }: { $count ->
    [one] one product
   *[other] { $count } products
}
reason-not-moved = nothing was moved: { $why }
reason-no-product = no such product, or it is deleted
reason-several-products = several products of this name
reason-units = owed in several units
reason-no-unit = there is no unit “{ $what }”
reason-no-store = there is no store “{ $what }”
reason-no-taker = there is no store to give to
reason-several-stores = several stores “{ $what }”
