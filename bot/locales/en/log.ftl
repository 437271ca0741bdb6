command-log = The log of syncs
menu-log = 📜 Log
log-title = 📜 <b>Log</b>
log-title-of = 📜 <b>Log</b>: <code>{ $of }</code>
log-failed-note = Only those that failed.
log-none = Nothing has run yet.
log-none-failed = Nothing failed 👍
log-more = … and { $count } more
log-older = Older »
log-newest = « To the newest
log-only-failed = ❌ Only failed
log-also-good = 📜 Good ones too
log-of-all = All
log-unknown = I do not know “{ $name }”. Write, for example: /log iiko, /log iiko.product or /log failed
log-last-requests = The last requests:
log-requests = { $count ->
    [one] { $count } request
   *[other] { $count } requests
}
log-no-answer = no answer
log-no-run = There is no run { $id }, or it was trimmed.
log-trigger-job = on schedule
log-trigger-cli = from the command line
log-trigger-api = through the API
log-trigger-console = from the console
log-trigger-webhook = on a webhook
log-trigger-bot = from the bot
log-trigger-event = by events of the source
log-trigger-start = at the start
