command-stoplist = The stop list
menu-stoplist = 🛑 Stop list

stop-list-title = 🛑 <b>Stop list</b>
stop-list-title-of = 🛑 <b>Stop list</b>: { $count ->
    [one] { $count } product
   *[other] { $count } products
}
stop-list-empty = ✅ Nothing is stopped.
stop-list-added = 🆕 <b>New on it</b> ({ $count })
stop-list-gone = ✅ <b>Gone from it</b> ({ $count })
stop-list-still = ⏸ <b>Still on it</b> ({ $count })
stop-list-left = { $balance } left
stop-list-since = since { $since }
stop-list-nowhere = restaurant unknown
stop-list-more = { $count ->
    [one] …and { $count } more line
   *[other] …and { $count } more lines
}
stop-list-refresh = 🔄 Refresh
stop-list-refreshing = ⏳ Asking iiko…
stop-list-stale = ⚠️ iiko did not answer, the list is as before.

stop-list-report-today = 📊 Today
stop-list-report-yesterday = 📊 Yesterday
stop-list-report-title = 📊 <b>Stop list, { $day }</b>, { $from } to { $to }
stop-list-report-none = 🌿 A calm day: nothing was stopped.
stop-list-report-open = (still stopped)
stop-list-report-total = Stopped in all: <b>{ $duration }</b>
stop-list-minutes = { $minutes } min
stop-list-hours = { $hours } h
stop-list-hours-minutes = { $hours } h { $minutes } min
