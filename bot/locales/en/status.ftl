command-status = How the syncs are doing
menu-status = 📊 Status
status-well = 🌿 <b>All is well</b>: the data is fresh and nothing waits.
status-problems = <b>Needs attention</b>: { $count }
status-pending = 🗑 <code>{ $entity }</code>: { $rows ->
    [one] { $rows } delete waits for a decision
   *[other] { $rows } deletes wait for a decision
}
status-waiting-unknown = ❓ { $count ->
    [one] Of { $count } sending nobody knows whether it arrived
   *[other] Of { $count } sendings nobody knows whether they arrived
}
status-unreached = 📭 { $why }
status-to-unknown = ❓ Find out whether it arrived ({ $count })
status-late = 🕐 { $count ->
    [one] Late
   *[other] Late ({ $count })
}: { $entities }
status-job-failed = ❌ The job { $job } failed: { $why }
status-job-missed = ❌ The job { $job } was missed: { $why }
status-job-paused = ⏸ The job { $job } is paused
status-more = … and { $count } more
status-connector = <b>{ $connector }</b>: { $count ->
    [one] { $count } table
   *[other] { $count } tables
}, the oldest data of { $oldest }, the freshest of { $newest }
status-connector-even = <b>{ $connector }</b>: { $count ->
    [one] { $count } table
   *[other] { $count } tables
}, the data is of { $at }
status-connector-never = <b>{ $connector }</b>: { $count ->
    [one] { $count } table
   *[other] { $count } tables
}, never synced yet
status-next = ⏭ Next: { $fires }
status-refresh = 🔄 Refresh
status-to-deletes = 🗑 Decide on deletes ({ $count })
status-to-log = 📜 { $entity }
status-to-jobs = ⏰ Jobs
status-chart = Syncs of two weeks
status-chart-ok = good
status-chart-warning = with warnings
status-chart-failed = failed
status-chart-empty = nothing ran
