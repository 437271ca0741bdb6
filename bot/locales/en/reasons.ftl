# Codes of core/reason/templates.
reason-unsaid = without saying why
reason-action-notSent = nothing was sent: { $why }
reason-action-notBegun = the log of actions cannot be used, so nothing was sent: { $why }
reason-action-interruptedBefore = interrupted before it was sent
reason-action-interruptedSending = interrupted while it was being sent
reason-action-processEnded = the daemon ended while it was being sent
reason-action-unexpected = ended unexpectedly: { $text }
reason-action-elsewhere = it is being sent by somebody else just now
reason-action-sentAt = sent at { $at }
reason-action-sentAndFound = sent at { $at }; found by reading back
reason-action-foundLater = the answer was lost; found by reading back
reason-action-unknown = it is not known what became of it
reason-action-readBack = read back at { $at }: { $why }
reason-action-cannotAsk = the system cannot be asked
reason-action-notThere = it was not there
reason-action-cannotTell = that cannot be found out: { $why }
reason-action-notStored = what was seen could not be stored, { $why }
reason-action-confirmedUnstored = the system confirmed it; but that could not be stored: { $why }
reason-action-unstored = { $outcome }; but that could not be stored: { $why }
reason-action-stale = { $entity } is as it was before: { $why }
reason-action-ended = { $action }: { $summary }
reason-action-itemPlanned = 📝 { $action }: { $what }
reason-action-itemFailed = ❌ { $action }: { $what }: { $why }
reason-action-itemUnknown = ❓ { $action }: { $what }: { $why }
reason-action-itemBusy = ⏳ { $action }: { $what }: { $why }
reason-action-itemSkipped = ⏭ { $action }: { $what }: { $why }
reason-action-more = { $action }: …and { $count } more
reason-alert-jobFailed =
    The job { $job }, { $at }: failed
    { $whys }
reason-alert-jobMissed =
    The job { $job }, { $at }: missed
    { $whys }
reason-alert-jobForgotten = The job { $job } was due at { $at } and has not begun: the scheduler does not run.
reason-alert-late = { $entity } is late: it was to be fresh after { $at }, and { $since }.
reason-alert-lateFailing = { $entity } is late: it was to be fresh after { $at }, and { $since }. Its last run failed: { $why }
reason-alert-lateSince = its last good run ended at { $at }
reason-alert-lateNever = it never had a good run
reason-alert-lateMany = { $count } entities of { $connector } are late ({ $entities }): they were not refreshed in time.
reason-alert-lateManyFailing = { $count } entities of { $connector } are late ({ $entities }), and their last runs failed alike: { $why }
reason-alert-held = { $entity }, { $count } rows: { $why }.
reason-alert-heldMany = { $count } entities of { $connector } ({ $entities }): { $why }.
reason-alert-circuit = { $connector } does not answer: its last calls all failed, and it is given time to recover.
reason-alert-actionUnknown = { $action }: it is not known whether “{ $what }” arrived, { $at } (entry { $entry }).
reason-alert-databaseAway = the database does not answer, and runs wait for it: { $why }
reason-alert-databaseSilent = the database does not answer within ten seconds, and runs wait for it
reason-alert-databaseReadOnly = the database takes no writes: it is a standby, or was set to read only
reason-alert-plugin = { $plugin } does not work: { $why }
reason-alert-reload = It could not be loaded, everything goes on as it was: { $why }
reason-alert-unheard = nobody was told of it in a chat within { $span }: { $whys }
reason-alert-noTeller = there is no bot that could
reason-alert-unheardOf = no chat has confirmed it
reason-alert-still = still, after { $lasted }: { $what }
reason-alert-merged = told with others from now on: { $what }
reason-alert-recovered = recovered after { $lasted }; it was: { $what }
reason-job-entities = Tables: { $counts }
reason-job-ok = { $count } well
reason-job-warning = { $count } with warnings
reason-job-failed = { $count } failed
reason-job-skipped = { $count } skipped
reason-job-entityFailed = ❌ { $entity }: { $why }
reason-job-entityWarning = ⚠️ { $entity }: { $why }
reason-job-entitySkipped = ⏭ { $entity }: { $why }
reason-job-entitiesFailed = ❌ { $connector }, { $count } tables ({ $entities }): { $why }
reason-job-entitiesWarning = ⚠️ { $connector }, { $count } tables ({ $entities }): { $why }
reason-job-entitiesSkipped = ⏭ { $connector }, { $count } tables ({ $entities }): { $why }
reason-job-more = …and { $count } more
reason-job-trimmed = { $table }: { $count } old rows removed
reason-job-stopped = stopped after step { $step }: { $count } { $count ->
    [one] step was
   *[other] steps were
} left out
reason-job-stepBroke = a step ended unexpectedly: { $text }
reason-job-nobody = no daemon was running then
reason-job-nobodyYet = no daemon was running then, a later run was made
reason-job-paused = paused
reason-job-pausedBy = paused ({ $who })
reason-job-overlap = the run before it is still going on
reason-job-queued = another run is already waiting for the one before it
reason-several = { $whys }
reason-read-total = read { $count } { $count ->
    [one] record
   *[other] records
}, the vendor counts { $total }; if it counts something else: page.total: none
reason-read-pages = { $count } { $count ->
    [one] page
   *[other] pages
} had records, the vendor counts { $total }; if that is something else, remove page.totalPages
reason-read-totalFell = the total fell from { $before } to { $after } during the read; if it counts something else: page.total: none
reason-read-hasMore = the list ended although page.hasMore says that there is more
reason-read-hintedTotal = read { $count } { $count ->
    [one] record
   *[other] records
}, and { $pointer } of the answer says { $total }; declare how it is paged, or page.total: none
reason-read-hintedPages = read { $count } { $count ->
    [one] page
   *[other] pages
}, and { $pointer } of the answer says { $total }; declare how it is paged, or page.total: none
reason-read-pastTotal = there are records after the { $total } that the vendor counts; if it counts something else: page.total: none
reason-read-pastPages = there are records after page { $pages }, the last one by page.totalPages; if that is something else, remove it
reason-read-pastHasMore = there are records after the page that is the last one by page.hasMore; if the flag means something else: page.hasMore: none
reason-read-again = records came twice, so rows moved between the pages and others were missed; the second read for their sake failed: { $why }
reason-read-pastEmpty = there are records after page { $page }, which was empty; declare page.total or page.hasMore
reason-read-pastEnd = there are records after the page that was taken for the last one; declare page.total or page.hasMore
reason-read-beyond = it could not be checked whether a page follows the last one: { $why }
reason-read-hintedMore = { $pointer } of the answer tells of more records; declare how it is paged, or page.hasMore: none
reason-read-hintedLink = { $pointer } of the answer names the next page; declare page.type: link and page.next: { $pointer }, or page.hasMore: none
reason-read-hintedCursor = { $pointer } of the answer names the next page; declare page.type: cursor, page.next: { $pointer } and page.param, or page.hasMore: none
reason-read-hintedHeader = { $pointer } of the answer names the next page; declare page.type: link, or page.hasMore: none
reason-read-pagingIgnored = page { $page } repeats page { $earlier }: the vendor ignores { $param }; declare page.type: none if one answer holds all, or page.until: short
reason-read-circle = page { $page } repeats page { $earlier }: the vendor goes in circles; declare page.total or page.until
reason-read-repeatedFull = page { $page } repeats page { $earlier }, a full one: the end, or as far as the vendor lets read; declare page.total, page.totalPages or page.hasMore
reason-read-blank = page { $page } has no byte, not even the header that CSV begins with, which is no empty list; one would be that header, or 204
reason-read-emptyLinked = an empty page names a next one; declare page.type: link
reason-read-stuck = page { $page } repeats page { $earlier }, a full one: the end, or stuck there; declare page.hasMore
reason-read-namedRepeats = page { $page } repeats page { $earlier }; is { $key } right?
reason-read-longName = the { $what } of page { $page } is longer than { $limit } characters: no server takes such an address
reason-read-nameRepeated = the { $what } of page { $page } came before; declare page.hasMore
reason-read-nextUndeclared = the answer has a next page; declare page.type: link
reason-read-keysetMissing = a record has no value at page.by ({ $by }) to go on from; what follows it may be missing
reason-read-keysetTwice = two records one after the other have { $key } at page.by ({ $by }): others with it may be missing where a page ended, or the vendor sends records from the last one on and not after it; name what is different in every record
reason-read-keysetOrder = { $key } comes after { $before } although the list goes the other way by page.by ({ $by }): records between the pages may be missing; ask for that order, as in query: {"{"} sort: { $by } {"}"}
reason-read-keysetIgnored = page { $page } repeats page { $earlier }: the vendor ignores { $param }; is page.param right?
reason-read-nextInvalid = the next link is not an address
reason-read-nextForeign = the next link leads to another host, { $origin }
reason-read-cursorMissing = a full page without a cursor; is page.next right?
reason-read-range = the answer is a part of something larger ({ $signs })
reason-read-noObject = the answer is no object whose totals and cursors could be read
reason-read-refusal = the answer says { $pointer }: { $value } beside its records; declare fail.pointer: { $pointer } and fail.equals, or fail: none
reason-read-parentGone = { $why }; its rows are kept, and if such a parent has none: forEach.onStatus: empty
reason-read-parentsGone = { $why }, and so for { $others } { $others ->
    [one] other parent
   *[other] other parents
  }; their rows are kept, and if such parents have none: forEach.onStatus: empty
reason-read-parentRefused = { $count } { $count ->
    [one] parent was
   *[other] parents were
} not asked for, { $parent }: { $why }; rows of such parents are kept
reason-read-parents = { $entity }, for whose rows it is asked, was not read whole: { $why }
reason-read-parentsUnread = { $entity }, for whose rows it is asked, has not been read yet
reason-read-namelessParents = rows of { $table } without a value for { $names } were not asked for
reason-read-noParents = no requests were sent, because { $table } has no rows to ask for
reason-read-pagedTotal = read { $count } { $count ->
    [one] record
   *[other] records
}, and { $pointer } of the answer says { $total }; if that counts this list, it is paged otherwise than `page` declares; if something else: page.total: none
reason-read-pagedPages = read { $count } { $count ->
    [one] page
   *[other] pages
}, and { $pointer } of the answer says { $total }; if those are of this list, it is paged otherwise than `page` declares; if something else: page.total: none
reason-read-pagedMore = the pages ended, and { $pointer } of the answer tells of more records; if that is about this list, it is paged otherwise than `page` declares; if something else: page.hasMore: none
reason-read-oldParents = the requests were made from the rows of { $table } as they stood, without a read of { $entities } before
reason-read-pageCap = page cap of { $limit } reached (page.maxPages)
reason-read-limited = at most { $limit } { $limit ->
    [one] record was
   *[other] records were
} to be read (--limit), and cursors stay where they are
reason-read-endless = nothing in the answer tells a whole list from one that was cut off
reason-request-failed = { $request }: { $why }
reason-request-tried = { $why } (tried { $count } times)
reason-request-answered = answered { $status }: { $body }
reason-request-rateLimited = answered { $status }: { $body }; lower limits.rate if this happens often
reason-request-unauthorized = answered { $status }: { $body }; check the connector's credentials and rights
reason-request-redirected = redirects ({ $status }) to { $location }; write that address
reason-request-redirectedNowhere = redirects ({ $status }) and names no address
reason-request-unsendable = this is not a request that can be sent; check baseUrl, path and body
reason-request-foreignHost = the credentials are for baseUrl only, this is another host
reason-request-timeout = no complete answer within { $limit }; raise limits.timeout or ask for less at a time
reason-request-tooLarge = the answer is larger than { $limit } bytes; page it or raise limits.maxBytes
reason-request-waitTooLong = the vendor asks to wait { $wait }, longer than limits.deadline
reason-request-circuitOpen = not asked: the last calls all failed; wait { $wait }
reason-request-circuitTrying = not asked: the last calls all failed; one is just being tried
reason-request-compressed = the answer is compressed with «{ $encoding }», which was not asked for
reason-request-compressionBroken = the answer's { $encoding } compression is broken or cut off
reason-request-unexpected = expected { $expected }; { $found }; the answer begins { $begins }
reason-request-declaration = { $entity }: { $why }
reason-request-placeholder = { $placeholder } in the path has no value; name its column in forEach
reason-request-otherAddress = { $placeholder } in the path is { $value }, which would make it another address; correct that value or leave it out of what forEach goes through
reason-request-header = the header { $header } would hold more than Latin-1 characters
reason-request-declaredFailure = answered { $status }, and what `fail` declares: { $body }
reason-request-timezone = the timezone { $timezone } is unknown
reason-request-manyWindows = windows makes more than { $limit } of them; is its step, or a date, right?
reason-request-noWindow = windows makes none: it begins after its end
reason-request-graphqlErrors = answered { $status } with errors: { $errors }
reason-run-elsewhere = another run of this entity is going on; this one did nothing
reason-run-exportElsewhere = another run of this export is going on; this one did nothing
reason-run-interrupted = interrupted
reason-run-deadline = not finished within { $limit } (limits.deadline)
reason-lock-held = the session { $pid } ({ $who }) has { $table } locked; wait until it ends, or end it: select pg_terminate_backend({ $pid })
reason-lock-ended = another transaction had { $table } locked, and has ended since
reason-run-blocked = { $what }; { $why }
reason-run-notBegun = the run was not begun
reason-run-partial = the read is partial: { $why }
reason-run-moving = { $count } { $count ->
    [one] record
   *[other] records
} came twice, so rows move between the pages of the list and others may have been missed: nothing was deleted; ask for a steady order, as by id
reason-run-partialKept = the read is partial: { $why }; nothing was deleted
reason-run-replacePartial = a replace needs a whole read, and this one is partial: { $why }
reason-run-rejected = { $rejected } of { $fetched } records were rejected: { $common }
reason-run-refusedMany = more than { $most } records were refused; the first: { $why }
reason-run-keyTaken = { $why } That row is outside of what this entity fills, by { $scope }; add that to the key, or fill another table
reason-run-unfilled = { $text }; no field fills that column: declare one, give the column a default, or let it take nulls
reason-run-undeletable = nothing was deleted: PostgreSQL refuses to delete some of what is gone ({ $text }); take away what keeps it, or delete it by hand
reason-run-referred = nothing was deleted: rows of { $table } refer to some that are gone ({ $rule }); delete those first, or let the constraint say what becomes of them, with guard.cascade: allow
reason-run-keyless = { $count } { $count ->
    [one] record
   *[other] records
} had no readable key, so nothing was deleted
reason-run-keysBeyond = the keys of { $count } rejected { $count ->
    [one] record
   *[other] records
} are more than is held of them, so nothing was deleted
reason-run-leftOut = { $count } { $count ->
    [one] record was
   *[other] records were
} left out by `where`
reason-run-repaired = { $count } { $count ->
    [one] text
   *[other] texts
} held NUL or broken Unicode, replaced by U+FFFD; if that should be letters, declare `charset`
reason-run-crossed = { $count } { $count ->
    [one] record has
   *[other] records have
} the key of a record of another parent, as { $key }, and only the last of them stays a row; add to the key a field that names the parent, { $field }
reason-run-folded = { $count } { $count ->
    [one] duplicate
   *[other] duplicates
} of a key were folded, the last one counts
reason-run-stagingLost = the database lost the staged rows (it was restarted), so they were not loaded; the next run reads them anew
reason-run-takenOver = another process took over this entity while it was being read, so what was read was not loaded
reason-run-afterCheckpoint = { $why }; { $rows ->
    [one] one row
   *[other] { $rows } rows
} of what was read before { $rows ->
    [one] was
   *[other] were
} loaded
reason-run-defect = a fault in Tributary itself: { $text }
reason-run-cursorsUnread = the cursors could not be read: { $why }
reason-database-told = { $what }; PostgreSQL: { $text }
reason-database-login = the database refuses the login of Tributary
reason-database-right = the role by which Tributary logs in lacks a right
reason-database-readOnly = the database takes no writes: it is a standby, or set to read only
reason-database-disk = the disk of the database is full
reason-database-memory = the database has no memory left
reason-database-connections = the database has no connection left: raise its max_connections, or lower database.connections of those who share it
reason-database-configured = a limit that is set for the database is reached, as temp_file_limit: raise it
reason-database-limit = a limit of PostgreSQL itself is exceeded, as for columns of a table or the length of an index entry, and no setting raises it
reason-database-unsupported = PostgreSQL does not do this in such a table, or not in this version
reason-database-starting = the database is starting up or shutting down and takes no connections for the moment
reason-database-stopped = the database was shut down, or somebody ended the session
reason-database-lost = the connection to the database broke off
reason-database-refused = the database, or a pooler before it, refuses the connection
reason-database-unreached = { $what }: { $text }
reason-database-closed = nobody takes connections at the address of the database: start it, or set the host and port of DATABASE_URL right
reason-database-unknownHost = the host of the database is not known by that name: set DATABASE_URL right, or mend the DNS
reason-database-silent = the host of the database does not answer: look at the network and the firewall between
reason-database-deadlock = it and another session waited for each other, each time that it was tried
reason-database-conflict = another session changed the same rows, each time that it was tried
reason-database-ended = the statement was ended, by database.statementTimeout or by an administrator
reason-database-gone = there is no such database any more
reason-database-fault = a fault inside PostgreSQL, of which its own log says more
reason-run-database = PostgreSQL: { $text }
reason-run-forEach = forEach: { $why }
reason-guard-empty = the source is empty: the deletes of all { $count } rows were withheld (guard.empty: refuse)
reason-guard-rejects = { $rejected } of { $fetched } records were rejected, more than guard.maxReject { $limit }: { $count } { $count ->
    [one] delete was
   *[other] deletes were
} withheld
reason-guard-share = { $gone } of { $rows } rows are gone from the source, more than guard.maxDelete { $limit }: the deletes were withheld
reason-guard-cascade = { $count } { $count ->
    [one] row is
   *[other] rows are
} gone from the source, and foreign keys ({ $rules }) would delete { $removed } { $removed ->
    [one] row
   *[other] rows
} and change { $changed } in { $tables } with { $count ->
    [one] it
   *[other] them
}: the deletes were withheld (guard.cascade: refuse)
reason-guard-cascadeUnseen = { $count } { $count ->
    [one] row is
   *[other] rows are
} gone from the source, and what foreign keys ({ $rules }) would delete or change in { $tables } with { $count ->
    [one] it
   *[other] them
} may not be read by this database role: the deletes were withheld (guard.cascade: refuse)
reason-load-cascade = with what is deleted, foreign keys ({ $rules }) delete { $removed } { $removed ->
    [one] row
   *[other] rows
} and change { $changed } in { $tables }
reason-load-cascadeFurther = other rows refer in turn to those of { $tables } that go, and may be deleted or changed with them; they were not counted
reason-load-cascadeUnseen = what foreign keys ({ $rules }) delete or change in { $tables } with what is deleted may not be read by this database role, and was not counted
reason-load-unwritten = { $count } { $count ->
    [one] row is
   *[other] rows are
} not in the table although PostgreSQL reported no error, { $keys }: a trigger or a policy of the table turned such rows away, or gave them another key
reason-load-undeleted = { $count } { $count ->
    [one] row that is gone from the source is
   *[other] rows that are gone from the source are
} still in the table, { $keys }: a trigger or a policy of the table keeps such rows; if it is to, mode: upsert deletes nothing
reason-load-undone = { $count } { $count ->
    [one] row was written and is
   *[other] rows were written and are
} not in the table, { $keys }: a trigger of the table that fires afterwards removed such rows, or gave them another key
reason-load-returned = { $count } { $count ->
    [one] row is
   *[other] rows are
} in the table that the source does not have, { $keys }: a trigger of the table put such rows there once the deletes were done
reason-load-keyless = { $count } { $count ->
    [one] row of { $table } has
   *[other] rows of { $table } have
} no { $key }, so nobody can say of which record, and nothing was done with such rows; give each a key, or delete it: { $statement }
reason-load-alike = { $count } { $count ->
    [one] row is
   *[other] rows are
} made of records whose keys differ, as { $first } and { $last }, since the table holds these keys equal ({ $how }): the last one counts; give the column a type and collation that tell them apart if each is to be a row
reason-load-raced = { $count } { $count ->
    [one] row was
   *[other] rows were
} not written or deleted as intended: another session changed the table at the same moment, or gave it a trigger
reason-load-altered = a trigger of the table changed { $count } { $count ->
    [one] value
   *[other] values
} of { $column }, as of { $key }: { $came } became { $held }
reason-load-followed = with what is changed, foreign keys ({ $rules }) change { $count } { $count ->
    [one] row
   *[other] rows
} in { $tables }
reason-load-rounded = { $column } is { $type } in the table, which does not hold { $count } { $count ->
    [one] value
   *[other] values
} exactly, as of { $key }: { $came } becomes { $held }
reason-plan-noParents = its requests are made from rows of { $table }, which does not exist yet; sync the entity that fills it, and plan again
reason-plan-configuration = The configuration has changed since this plan was made; plan again.
reason-plan-errors = The plan has errors ({ $errors }); plan again, or plan without these entities.
reason-plan-entityError = { $entity }: { $why }
reason-plan-noEntity = There is no entity { $entity }.
reason-plan-table = { $table } has changed since the plan was made; plan again.
reason-plan-rows = { $count } { $count ->
    [one] row is no longer as the plan saw it
   *[other] rows are no longer as the plan saw them
}, so nothing was applied; plan again
reason-plan-untried = what only a write shows, as a length or a constraint, is known when the plan is applied: { $why }
reason-plan-triggers = the table has triggers of its owner, which a plan does not set off ({ $triggers })
reason-plan-changesFirst = { $table }, to which its foreign keys lead, is to be changed before, and that was not tried either
reason-plan-columnsFirst = columns of { $table } are to be added or widened before ({ $columns })
reason-plan-refused = { $count } { $count ->
    [one] row of the plan was left out, because PostgreSQL refused it
   *[other] rows of the plan were left out, because PostgreSQL refused them
} ({ $keys }): { $common }
reason-plan-parents = it was planned by what was planned for { $entities }, which was not applied as a whole; plan again
reason-table-unchangeable = { $table } cannot be made as declared: { $why }
reason-table-lookupMissing = { $entity } looks names up in { $table }, which does not exist yet; sync the entity that fills it first
reason-table-narrower = { $column } is { $existing } in the database and { $declared } in the declaration; Tributary never narrows a column. Declare it as { $fit }, or change the table by hand: { $statement }
reason-table-foreignType = { $column } is { $existing } in the database and { $declared } in the declaration; Tributary never narrows a column. No declared type is stored so, or change the table by hand: { $statement }
reason-table-view = { $table } is a view in the database, not a table; declare the table it is made from, or another name
reason-table-rules = { $table } has rules that rewrite what is written to it ({ $rules }), and PostgreSQL takes no load through them; let a trigger do it, or remove them: { $statement }
reason-table-computed = { $column } is filled by PostgreSQL itself (generated always); leave it out of the declaration, or change the table by hand: { $statement }
reason-table-unfilled = { $table } has columns that take no null and have no default, and no field fills them ({ $columns }): it would refuse every new row. Declare them, or change the table by hand: { $statement }
reason-table-roundedKey = { $column } is part of the key, and { $existing } would round it; change the table by hand: { $statement }
reason-table-bound = { $table } has columns to be widened ({ $columns }), and PostgreSQL widens none that something else is made from: { $what }. Declare what the table holds ({ $fits }), or take that away, let Tributary change the table, and make it again: { $statement }
reason-table-duplicateKeys = keys of { $table } that stand in more than one row: { $count } ({ $keys }), so it cannot have the unique index on { $key } by which rows are found. See which rows those are: { $statement }; once each key stands in one, Tributary makes the index itself, as { $index }
reason-table-indexTaken = { $table } has no unique index on { $key }, by which rows are found, and the name of the one to be made is taken: { $name } is { $definition }. Drop that, or rename it: { $statement }
reason-table-unseenType = { $column } is part of the key, and the search_path does not lead to its type { $existing }, so PostgreSQL would tell apart here what the table holds equal; have the role of Tributary find it: { $statement }
reason-table-otherKey = the key of { $table } is { $existing } in the database and { $declared } in the declaration; rows loaded by one key cannot be compared by another. Declare `key: [{ $existing }]`, or have it read anew: { $statement }
reason-export-sameColumn = the query gives two columns "{ $column }": name one of them otherwise
reason-export-queryTimeout = the query took longer than { $limit }: make it quicker, or raise `timeout`
reason-export-tooManyRows = the query gives more than { $limit } rows: a condition or a limit must bound it
reason-export-notWritable = nothing can be written to { $connector }
reason-export-longNumbers = "{ $header }" has numbers with more digits than { $system } keeps: they are written as text
reason-export-noRows = the query gives no rows at all: those of the sheet stay as they are
reason-export-mostGone = the query no longer gives { $gone } of { $rows } rows: more than half are not removed, look at the query
reason-export-writtenIn = the query no longer gives the rows of { $cells }: they stay, because somebody has written something there; delete them, or what was written
reason-export-unread = { $cells }: an error is nobody's key, so what stands there is left as it is
reason-export-cell = { $cell } is { $error }
reason-export-moreCells = cells more: { $count }
reason-export-waits = new rows wait until no key is loading: the next run puts them in
reason-export-parts = more than one request holds: written in { $count } parts, each of whole rows
reason-export-crossed = somebody changed the tab in the moment it was written to: look at what stands around { $cells }
reason-export-unseen = written, but not looked at again: { $why }
reason-export-busy = somebody is changing the tab all the time; nothing was written: run it again later
reason-export-busyPartly = somebody is changing the tab all the time; a part was written, whole rows: run it again later
reason-export-partly = a part was written before, whole rows: run it again
reason-export-open = it may have been written: the next run looks
reason-cursor-allFuture = every value of { $column } lies in the future, so there is no cursor and the next run reads everything again
reason-cursor-readAgain = { $count } { $count ->
    [one] record
   *[other] records
} came twice, so rows moved between the pages: they were read again, and { $found } that had been missed { $found ->
    [one] was
   *[other] were
} found
reason-cursor-silent = no answer gave a cursor at { $pointer } (incremental.from), so the next run reads everything again
reason-unknown-cursor = { $entity } is not incremental: each run reads everything, and { $option } means nothing
reason-cursor-passed = the cursor moved past { $count } rejected { $count ->
    [one] record, which is not asked for again until it changes
   *[other] records, which are not asked for again until they change
} or the declaration does
reason-cursor-noneYet = there is no cursor yet, so the next run reads everything again, because records were rejected; mend them, or move on with: sync --past-rejected { $entity }
reason-cursor-waits = the cursor has waited at { $value } for { $age }, because records were rejected; mend them, or move on with: sync --past-rejected { $entity }
reason-cursor-emptied = the table was emptied while it was being filled, so the next run reads everything again
reason-cursor-disordered = the records do not come in ascending order of { $column }, against incremental.ordered: no checkpoint moves the cursor inside a request
reason-cursor-parentless = the key does not name the parent, and a read of what changed does not see two parents have records of one key, of which the last would stay; add to the key a field such as { $field }, or declare unique: true
reason-cursor-stays = the cursor stays where it was, because rows that came are not in the table; mend that, or move on with: sync --past-rejected { $entity }
reason-read-whole = everything was read, not only what changed: { $whys }
reason-read-wholeParts = { $count } of { $parts } parents were read whole, not only what changed: { $whys }
reason-whole-none = there is no cursor yet
reason-whole-declaration = the declaration has changed
reason-whole-table = the table was made anew
reason-whole-empty = the table is empty
reason-whole-future = the cursor lies in the future
reason-whole-parent = its parent came back after it was gone
reason-whole-full = a full read was asked for
reason-whole-shared = for { $entity }, with which it shares the read, { $why }
reason-field-kept = the field of column { $column } was in none of the { $fetched } records: its values in { $lost } of { $rows } rows were kept (more than guard.maxDelete { $limit }); to let them go, declare the field optional: true
reason-field-keptSince = the field of column { $column } was in none of the { $fetched } records, which are those that changed: its values in { $lost } of { $rows } rows were kept (more than guard.maxDelete { $limit }), and the next run reads everything to see; if it may be missing, declare the field optional: true
reason-field-emptied = the field of column { $column } was in none of the { $fetched } records: its values in { $lost } of { $rows } rows were taken away; if that is as it should be, declare the field optional: true
reason-confirm-partial = it is partial: { $why }
reason-confirm-keyless = { $count } of its records had no readable key
reason-confirm-moving = { $count } { $count ->
    [one] record
   *[other] records
} came twice, so rows move between the pages and others may have been missed; ask for a steady order, as by id
reason-confirm-empty = it found the source empty
reason-confirm-failed = it failed: { $why }
reason-confirm-notMade = it was not made
reason-confirm-kept = { $count } { $count ->
    [one] row was
   *[other] rows were
} not deleted: the second read that has to miss them too proves nothing, { $why }
reason-confirm-slid = { $count } { $count ->
    [one] row was
   *[other] rows were
} in the list although the first read missed { $count ->
    [one] it
   *[other] them
}: rows move between pages while it is read; ask for a steady order, as by id, if the vendor has one
reason-confirm-replace = a replace needs a second read before it deletes, and that proves nothing: { $why }
reason-live-noParent = its requests are made from rows of { $table }, and the first page of what fills that table has none to try with
reason-confirm-next = { $count } { $count ->
    [one] row is
   *[other] rows are
} missing from the source for the first time; deleted if the next whole read does not find them either (guard.confirm: next)
reason-config-unwritable = { $file } cannot be written ({ $why }). Let the daemon write in { $directory }.
reason-config-editedMeanwhile = { $file } was changed by somebody else meanwhile: look again and repeat the edit.
reason-config-noFile = { $file } is no file of the configuration: there are { $known } and connectors/<name>.yaml.
reason-config-link = { $file } leads elsewhere and was left alone: edit the file it leads to.
reason-config-unread = The configuration cannot be read: { $why }
reason-field-vanished = { $count } declared { $count ->
    [one] field is
   *[other] fields are
} in none of the records: { $columns }; if that is as it should be, declare optional: true
reason-field-returned = { $count } declared { $count ->
    [one] field is
   *[other] fields are
} in the records again: { $columns }
reason-field-appeared = { $count } { $count ->
    [one] field of the source is
   *[other] fields of the source are
} new, and not declared: { $fields }
reason-field-gone = { $count } { $count ->
    [one] field that was new and not declared is
   *[other] fields that were new and not declared are
} in none of the records: { $fields }
reason-alert-fields = { $entity }: its source has other fields than before:
    { $whys }
reason-alert-fieldsMany = { $count } entities of { $connector } have other fields than before ({ $entities }), among them: { $why }
reason-config-cut = { $file } looks cut off: { $count } { $count ->
    [one] declaration
   *[other] declarations
  } would be gone ({ $names }). If that is meant, reload; else save the whole file again.
reason-config-newSecret = an edit from chat may not give the secret { $name } to { $file } for { $host }: the live configuration does not
reason-config-newVariable = an edit from chat may not give the variable { $name } to { $file } for { $host }: the live configuration does not
reason-config-newDestination = an edit from chat may not lead { $name } to { $destination }: nothing in the live configuration writes there
reason-config-usualHost = its usual address
reason-config-onMachine = edit the file on the machine itself, then run `tributary reload` there
reason-config-refused = { $why }; { $hint }
reason-variable-reserved = the variable { $name } may hold what is secret, and is not read as a text
reason-variable-other = give the value a variable of another name
reason-config-defect = it ended unexpectedly: { $why }
reason-answer-jsonRoot = JSON with an array at its root
reason-answer-jsonPlaces = JSON with records at { $pointers }
reason-answer-json = JSON with an array at { $pointer }
reason-answer-ndjson = one JSON value a line
reason-answer-xml = XML with elements at { $path }
reason-answer-csv = CSV with a header line
reason-answer-page = the answer is an HTML page: a proxy or a restart
reason-answer-root = the root is { $element }
reason-answer-noCharset = it declares the unknown encoding «{ $charset }»; declare `charset`
reason-answer-otherCharset = it would be read as { $told }, and its bytes look like { $charset }: declare `charset: { $charset }`
reason-answer-brokenNames = its header has bytes that are invalid in the charset it is read in, and lacks declared fields ({ $fields }): declare `charset`, as in `charset: windows-1251`
reason-answer-utf32 = it is UTF-32, which is not read; the vendor must send UTF-8
reason-answer-noValue = no value at { $pointer }
reason-answer-noArray = there is no array
reason-answer-otherHeader = the header of the first page has names that this one lacks ({ $names })
reason-answer-fewCells = its first row has { $cells ->
        [one] { $cells } cell
       *[other] { $cells } cells
    }, and none for { $fields }
reason-answer-onlySkipped = it ends within the lines that skipRows leaves out
reason-answer-noHeader = its first line, the header, has none of the declared fields ({ $fields })
reason-answer-alikeHeader = its header has { $name } { $count } times; declare which is meant, as in `from: { $name }_1`
reason-answer-brokenHeader = in line { $line }, the header, a quoted name is followed by unexpected content
reason-answer-otherSeparator = the header line is separated by { $separator }; declare `separator: { $separator }`
reason-answer-openQuote = the quotation mark that opens a cell in line { $line } is never closed
reason-answer-longQuote = a record is longer than { $limit } characters: the quotation mark that opens a cell in line { $line } is not closed, or limits.maxHeld must be raised
reason-answer-cutLine = the last line is cut off
reason-answer-noJsonLine = a line is not JSON
reason-answer-noJson = what stands beside the records is not valid JSON after character { $offset }
reason-answer-longRecord = a record is longer than { $limit } characters; raise limits.maxHeld
reason-answer-longBeside = a name or a number beside the records is longer than { $limit } characters
reason-answer-longPage = the answer is read as a whole and is longer than { $limit } characters; page it or raise limits.maxHeld
reason-answer-manyValues = a record holds more than { $limit } values
reason-answer-manyQuotes = a record holds more than { $limit } quotation marks
reason-answer-longNumber = a number has more than { $limit } digits
reason-answer-deepXml = elements nest deeper than { $limit } levels, at line { $line }, column { $column }
reason-answer-empty = an empty body
reason-answer-personal = a text that is not shown, because the answer holds personal data
reason-answer-nothing = nothing
reason-answer-jsonEnds = the JSON ends in the middle
reason-answer-jsonInvalid = no valid JSON
reason-answer-jsonMore = unexpected content after the JSON
reason-answer-jsonCharacter = { $character } cannot stand there
reason-answer-jsonNoArray = there is no array at { $pointer }
reason-answer-jsonNoObject = there is no object or array at { $pointer }
reason-answer-jsonTwice = the key { $name } stands there twice
reason-answer-xmlInvalid = no well-formed XML: { $what }
reason-net-cutOff = the connection broke off before the answer was complete; a proxy, a restart or a limit of the system
reason-net-broke = the connection broke off
reason-net-refused = connection refused; is the system up, is the address right?
reason-net-unknownHost = the host name is unknown; check baseUrl
reason-net-lookup = the host name could not be looked up; check DNS and the network
reason-net-noConnection = no connection in time; check the address, the network and firewalls
reason-net-selfSigned = the certificate is self-signed; name its authority in NODE_EXTRA_CA_CERTS
reason-net-unknownAuthority = the certificate's authority is unknown; name it in NODE_EXTRA_CA_CERTS
reason-net-expired = the certificate has expired; the vendor must renew it
reason-answer-nearCharacter = { $what } near character { $offset }
reason-read-cursor = cursor
reason-read-nextLink = next link
