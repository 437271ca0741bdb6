command-jobs = Jobs and their schedule
menu-jobs = ⏰ Jobs
jobs-title = ⏰ <b>Jobs</b>
jobs-none = There are no jobs.
jobs-more = … and { $count } more
jobs-gone = There is no such job any more. Look at the list: /jobs
jobs-never = Never run yet
jobs-last-ok = { $at }: went well
jobs-last-warning = { $at }: went with warnings
jobs-last-failed = { $at }: failed
jobs-last-missed = { $at }: missed
jobs-last-skipped = { $at }: did not run
jobs-last-running = { $at }: is running
jobs-next = ⏭ Next { $at }
jobs-no-next = Does not run by itself any more
jobs-paused = ⏸ Paused
jobs-disabled = Switched off in the configuration
jobs-run = ▶️ Run now
jobs-pause = ⏸ Pause
jobs-resume = ⏯ Resume
jobs-running = ⏳ Running <b>{ $job }</b>…
jobs-ended-ok = <b>{ $job }</b>: done
jobs-ended-warning = <b>{ $job }</b>: done, with warnings
jobs-ended-failed = <b>{ $job }</b>: failed
jobs-ended-skipped = <b>{ $job }</b>: did not run
schedule-minutes = { $minutes ->
    [1] every minute
   *[other] every { $minutes } minutes
}
schedule-hourly = every hour at :{ $minute }
schedule-daily = every day at { $time }
schedule-weekdays = on weekdays at { $time }
schedule-weekly = { $day ->
    [0] on Sundays
    [1] on Mondays
    [2] on Tuesdays
    [3] on Wednesdays
    [4] on Thursdays
    [5] on Fridays
   *[6] on Saturdays
} at { $time }
