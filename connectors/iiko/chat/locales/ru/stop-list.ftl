command-stoplist = Стоп-лист
menu-stoplist = 🛑 Стоп-лист

stop-list-title = 🛑 <b>Стоп-лист</b>
stop-list-title-of = 🛑 <b>Стоп-лист</b>: { $count ->
    [one] { $count } позиция
    [few] { $count } позиции
   *[many] { $count } позиций
}
stop-list-empty = ✅ На стопе ничего нет.
stop-list-added = 🆕 <b>Встали на стоп</b> ({ $count })
stop-list-gone = ✅ <b>Сняты со стопа</b> ({ $count })
stop-list-still = ⏸ <b>Всё ещё на стопе</b> ({ $count })
stop-list-left = осталось { $balance }
stop-list-since = с { $since }
stop-list-nowhere = ресторан неизвестен
stop-list-more = { $count ->
    [one] …и ещё { $count } строка
    [few] …и ещё { $count } строки
   *[many] …и ещё { $count } строк
}
stop-list-refresh = 🔄 Обновить
stop-list-refreshing = ⏳ Спрашиваю iiko…
stop-list-stale = ⚠️ iiko не ответила, список прежний.

stop-list-report-today = 📊 За сегодня
stop-list-report-yesterday = 📊 За вчера
stop-list-report-title = 📊 <b>Стоп-лист, { $day }</b>, с { $from } до { $to }
stop-list-report-none = 🌿 Спокойный день: на стопе ничего не было.
stop-list-report-open = (ещё на стопе)
stop-list-report-total = Всего на стопе: <b>{ $duration }</b>
stop-list-minutes = { $minutes } мин
stop-list-hours = { $hours } ч
stop-list-hours-minutes = { $hours } ч { $minutes } мин
