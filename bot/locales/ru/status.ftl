command-status = Как дела у загрузок
menu-status = 📊 Состояние
status-well = 🌿 <b>Всё в порядке</b>: данные свежие, ничего не ждёт.
status-problems = <b>Нужно внимание</b>: { $count }
status-pending = 🗑 <code>{ $entity }</code>: { $rows ->
    [one] { $rows } удаление ждёт решения
    [few] { $rows } удаления ждут решения
   *[many] { $rows } удалений ждут решения
}
status-waiting-unknown = ❓ { $count ->
    [one] О { $count } отправке неизвестно, дошла ли она
   *[many] О { $count } отправках неизвестно, дошли ли они
}
status-unreached = 📭 { $why }
status-to-unknown = ❓ Разобраться, дошло ли ({ $count })
status-late = 🕐 { $count ->
    [one] Опаздывает
   *[many] Опаздывают ({ $count })
}: { $entities }
status-job-failed = ❌ Задание { $job } не удалось: { $why }
status-job-missed = ❌ Задание { $job } пропущено: { $why }
status-job-paused = ⏸ Задание { $job } на паузе
status-more = … и ещё { $count }
status-connector = <b>{ $connector }</b>: { $count ->
    [one] { $count } таблица
    [few] { $count } таблицы
   *[many] { $count } таблиц
}, самые старые данные от { $oldest }, свежие от { $newest }
status-connector-even = <b>{ $connector }</b>: { $count ->
    [one] { $count } таблица
    [few] { $count } таблицы
   *[many] { $count } таблиц
}, данные от { $at }
status-connector-never = <b>{ $connector }</b>: { $count ->
    [one] { $count } таблица
    [few] { $count } таблицы
   *[many] { $count } таблиц
}, ещё не загружалось
status-next = ⏭ Дальше: { $fires }
status-refresh = 🔄 Обновить
status-to-deletes = 🗑 Решить про удаления ({ $count })
status-to-log = 📜 { $entity }
status-to-jobs = ⏰ Задания
status-chart = Загрузки за две недели
status-chart-ok = хорошо
status-chart-warning = с замечаниями
status-chart-failed = не удалось
status-chart-empty = загрузок не было
