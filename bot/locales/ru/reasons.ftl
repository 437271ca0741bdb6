reason-elsewhere = уже обновляется другим запуском, этот ничего не делал
reason-interrupted = прервано
reason-deadline = не успело за { $limit } (limits.deadline)
reason-partial-kept = прочитано не всё: { $why }; ничего не удалено
reason-partial = прочитано не всё: { $why }
reason-empty = источник пуст: удаление всех строк ({ $count }) задержано (guard.empty: refuse)
reason-share = в источнике больше нет { $gone } из { $rows } строк, а guard.maxDelete { $limit }: удаление задержано
reason-rejects = отклонено записей: { $rejected } из { $fetched }, а guard.maxReject { $limit }: удаление задержано, строк: { $count }
reason-rejected = отклонено записей: { $rejected } из { $fetched }: { $why }
reason-keyless = записей без читаемого ключа: { $count }, поэтому ничего не удалено
reason-repaired = текстов с NUL или испорченным Юникодом: { $count }, заменено на U+FFFD
reason-folded = повторов ключа: { $count }, взята последняя запись
reason-tried = { $why } (попыток: { $count })
reason-answered = { $what }: ответ { $status }: { $why }
reason-not-sent = ничего не отправлено: { $why }
reason-refused = iiko отказала: { $why }
reason-plan-configuration = конфигурация с тех пор изменилась, запланируйте ещё раз.
reason-plan-table = таблица { $table } с тех пор изменилась, запланируйте ещё раз.
reason-unwritable = { $file } нельзя записать ({ $why }). Дайте демону право писать в { $directory }.
reason-edited-meanwhile = { $file } тем временем изменил кто-то другой: посмотрите ещё раз и повторите правку.
reason-entities = Таблицы: { $counts }
reason-count-ok = хорошо { $count }
reason-count-warning = с замечаниями { $count }
reason-count-failed = не удалось { $count }
reason-count-skipped = пропущено { $count }
reason-failed = ❌ { $what }: { $why }
reason-warning = ⚠️ { $what }: { $why }
reason-skipped = ⏭ { $what }: { $why }
reason-more = …и ещё { $count }
reason-trimmed = { $table }: убрано старых строк: { $count }
reason-nobody = в это время демон не работал
reason-nobody-later = в это время демон не работал, выполнен запуск после него
reason-paused = на паузе
reason-paused-by = на паузе ({ $who })
reason-overlap = предыдущий запуск ещё идёт
reason-queued = после предыдущего уже ждёт другой запуск
reason-job-failed = Задание { $job }, { $at }: не удалось
reason-job-missed = Задание { $job }, { $at }: пропущено
reason-job-forgotten = Задание { $job } должно было начаться { $at } и не началось: планировщик не работает.
reason-late = { $entity } опаздывает: после { $at } должны быть свежие данные, { $why }.
reason-late-since = а последний удачный запуск закончился { $at }
reason-late-never = а удачных запусков ещё не было
reason-held = { $entity }: { $why }.
reason-circuit = { $connector } не отвечает: последние запросы не удались, система получает время прийти в себя.
reason-action-unknown = { $action }: неизвестно, дошло ли «{ $what }», { $at }.
reason-plugin = { $plugin } не работает: { $why }
reason-reload = Загрузить не получилось, всё работает по-прежнему: { $why }
reason-process-ended = демон остановился, пока это отправлялось
reason-interrupted-sending = прервано во время отправки
reason-interrupted-before = прервано до отправки
reason-writeoff = Списание { $number }: { $count ->
    [one] { $count } товар
    [few] { $count } товара
   *[many] { $count } товаров
}
reason-transfer = Перемещение { $number }: { $count ->
    [one] { $count } товар
    [few] { $count } товара
   *[many] { $count } товаров
}
reason-moved = { $source } → { $target }: { $count ->
    [one] { $count } товар
    [few] { $count } товара
   *[many] { $count } товаров
}
reason-not-moved = ничего не перемещено: { $why }
reason-no-product = нет такого товара или он удалён
reason-several-products = несколько товаров с таким названием
reason-units = долг в разных единицах
reason-no-unit = нет единицы измерения «{ $what }»
reason-no-store = нет склада «{ $what }»
reason-no-taker = нет склада, куда перемещать
reason-several-stores = несколько складов «{ $what }»
