progress-done = Готово { $done } из { $total }, прошло { $time }
progress-reading = читаю…
progress-waiting = жду очереди…
progress-loading = записываю…
progress-rows = { $rows ->
    [one] { $rows } запись
    [few] { $rows } записи
   *[many] { $rows } записей
}
progress-more = … и ещё { $count }
progress-seconds = { $seconds } с
progress-minutes = { $minutes } мин { $seconds } с

progress-finished = { $count ->
    [one] { $count } таблица
    [few] { $count } таблицы
   *[many] { $count } таблиц
} за { $time }
progress-warnings = { $count ->
    [one] { $count } предупреждение
    [few] { $count } предупреждения
   *[many] { $count } предупреждений
}
progress-more-warnings = (и ещё { $count })
progress-skipped = пропущено: её сейчас обновляет другой запуск
progress-inserted = +{ $rows } { $rows ->
    [one] новая
   *[many] новых
}
progress-updated = ~{ $rows } { $rows ->
    [one] изменена
   *[many] изменено
}
progress-deleted = −{ $rows } { $rows ->
    [one] удалена
   *[many] удалено
}
progress-unchanged = { $rows } без изменений
progress-rest = { $count ->
    [one] Без изменений: { $count } таблица
    [few] Без изменений: { $count } таблицы
   *[many] Без изменений: { $count } таблиц
}, { $rows ->
    [one] { $rows } строка
    [few] { $rows } строки
   *[many] { $rows } строк
}
