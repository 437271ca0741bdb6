progress-done = { $done } of { $total } done, { $time } so far
progress-reading = reading…
progress-waiting = waiting for its turn…
progress-loading = writing…
progress-rows = { $rows ->
    [one] { $rows } record
   *[other] { $rows } records
}
progress-more = … and { $count } more
progress-seconds = { $seconds } s
progress-minutes = { $minutes } min { $seconds } s

progress-finished = { $count ->
    [one] { $count } table
   *[other] { $count } tables
} in { $time }
progress-warnings = { $count ->
    [one] { $count } warning
   *[other] { $count } warnings
}
progress-more-warnings = (and { $count } more)
progress-skipped = skipped: another run syncs it just now
progress-inserted = +{ $rows } new
progress-updated = ~{ $rows } changed
progress-deleted = −{ $rows } deleted
progress-unchanged = { $rows } unchanged
progress-rest = Unchanged: { $count ->
    [one] { $count } table
   *[other] { $count } tables
}, { $rows ->
    [one] { $rows } row
   *[other] { $rows } rows
}
