command-accounts = Учётные записи коннекторов
menu-accounts = 👥 Учётные записи
accounts-title = 👥 <b>Учётные записи</b>
accounts-none = Учётных записей пока нет.
accounts-nowhere = Ни у одного коннектора нет учётных записей.
accounts-more = … и ещё { $count }
accounts-how = Добавить: <code>/accounts { $connector } ВЛАДЕЛЕЦ ИМЯ</code>
accounts-usage = Напишите коннектор, владельца и имя: /accounts allegro anna shop1
accounts-own-title = 👥 <b>Мои учётные записи</b>
accounts-own-none = У вас нет учётных записей. Первую подключает администратор.
accounts-own-how = Подключить ещё одну: <code>/accounts { $connector } ИМЯ</code>
accounts-own-usage = Напишите коннектор и имя: /accounts allegro shop1
accounts-is-active = Читается.
accounts-is-paused = На паузе: не читается.
accounts-is-invalid = Система отклонила доступ, данные не обновляются. Пусть владелец авторизует её заново.
accounts-failed = ❌ <b>{ $entity }</b>: в последний раз прочитать не удалось:
accounts-belongs = Принадлежит { $to }
accounts-used = использована { $at }
accounts-everything = всё
accounts-schedule-next = следующий раз { $at }
accounts-schedule-off = выключено
accounts-schedule-turn-on = ▶️ Включить: { $what }
accounts-schedule-turn-off = ⏹ Выключить: { $what }
accounts-sync = 🔄 Обновить сейчас
accounts-pause = ⏸ На паузу
accounts-resume = ⏯ Снять с паузы
accounts-again = 🔑 Авторизовать заново
accounts-open = 👥 Открыть
accounts-refused = 🔴 <b>{ $name }</b>: система отклонила доступ, данные больше не обновляются.
accounts-refused-todo = Авторизуйте заново: откройте ссылку и подтвердите код. Прочитанное сохранено, обновление продолжится само.
accounts-refused-over = ✅ <b>{ $name }</b>: доступ восстановлен.
accounts-refused-anew = ↪️ <b>{ $name }</b>: об этом теперь говорит другое сообщение.
accounts-refused-removed = ⏹ Эту учётную запись удалили.
accounts-check = 🔎 Подтверждено?
accounts-code = Код:
accounts-until = Действует до { $at }. Пусть владелец откроет ссылку и подтвердит код, потом нажмите кнопку.
accounts-task-running = ⏳ <b>{ $name }</b> ждёт подтверждения.
accounts-task-done = ✅ <b>{ $name }</b> добавлена и читается.
accounts-task-failed = ❌ <b>{ $name }</b>: не вышло.
accounts-task-stopped = ⏹ <b>{ $name }</b>: авторизация остановлена.
accounts-sync-running = 🔄 Обновляю <b>{ $name }</b>…
accounts-sync-progress = Готово { $done } из { $all }, записей: { $records }
accounts-sync-done = ✅ <b>{ $name }</b>: обновлено.
accounts-sync-failed = ❌ <b>{ $name }</b>: обновлено не всё.
accounts-sync-stopped = ⏹ <b>{ $name }</b>: обновление остановлено.
accounts-stop = ⏹ Остановить
accounts-follow = 🔎 Как идёт обновление
reason-account-keyMissing = TRIBUTARY_MASTER_KEY не задан, а им запечатаны ключи учётных записей; его делает `openssl rand -base64 32`
reason-account-keyBase64 = ключ { $place } в TRIBUTARY_MASTER_KEY — не Base64; ключ делает `openssl rand -base64 32`
reason-account-keyLength = в ключе { $place } в TRIBUTARY_MASTER_KEY { $bytes } байт, а нужно 32; ключ делает `openssl rand -base64 32`
reason-account-otherKey = запечатано мастер-ключом { $key }, которого в TRIBUTARY_MASTER_KEY нет; добавьте его после первого через запятую
reason-account-altered = запечатанное не открывается: его изменили, или оно от другой учётной записи
reason-account-noList = у этой учётной записи нет списка { $list }
reason-account-notRead = Для этой учётной записи ещё ничего не прочитано.
reason-account-none = у { $connector } нет учётных записей
reason-account-unknown = у { $connector } нет учётной записи { $account }
reason-account-unknownId = учётной записи { $id } нет
reason-account-ambiguous = так называются несколько учётных записей ({ $account }): напишите { $names }
reason-account-badName = «{ $name }» — не имя для учётной записи или владельца: буквы, цифры и . _ : + -, не больше { $limit }, первой буква или цифра (у владельца можно @)
reason-account-exists = { $account } уже есть и работает; сначала приостановите или удалите её
reason-account-tooMany = у { $owner } в { $connector } уже { $count } { $count ->
    [one] учётная запись
    [few] учётные записи
   *[many] учётных записей
}, больше не позволяет accounts.perOwner
reason-account-otherOwner = новый доступ от { $found }, а в { $account } данные { $known }: добавьте его под другим именем
reason-account-removed = учётная запись { $account } удалена
reason-account-beingRead = { $account } сейчас читается; приостановите её и повторите, когда чтение закончится
reason-account-purgeUnconfirmed = навсегда удалится { $count } { $count ->
    [one] строка
    [few] строки
   *[many] строк
}, прочитанных для { $account }: подтвердите это число
reason-account-purged = { $count } { $count ->
    [one] строка
    [few] строки
   *[many] строк
}
reason-account-notRemoved = { $account } не удалена; её строки можно удалить вместе с ней
reason-account-invalid = доступ { $account } отклонён, авторизуйте её заново: { $why }
reason-account-unreadable = доступ { $account } не прочитать: { $why }
reason-account-lostAnswer = { $why }; ответ на обновление, начатое { $at }, потерялся
reason-account-ownMissing = у { $connector } ещё нет учётной записи: добавьте её командой `accounts add { $connector }`
reason-account-ownSeveral = { $connector } пользуется одной учётной записью, а их несколько ({ $accounts }): удалите или приостановите лишние
reason-account-refreshBusy = доступ { $account } обновляет другой процесс и не закончил за { $limit }
reason-account-notRefreshed = доступ { $connector } не обновляется, он действует, пока его не заменят
reason-account-noAuthorization = учётные записи { $connector } не авторизуют по ссылке: добавьте их ключи
reason-account-authorizationExpired = код никто не подтвердил, пока он действовал; начните заново
reason-account-taskUnknown = задачи { $id } нет
reason-account-taskEnded = задача { $id } уже закончилась: { $state }
reason-account-taskStopped = задачу остановили
reason-account-notPaused = { $account } не приостановлена, её состояние — { $status }
reason-account-notActive = { $account } не работает, её состояние — { $status }
reason-schedule-is = { $entities }, { $when }
reason-schedule-oneOf = у расписания либо интервал, либо шаблон cron
reason-schedule-tooOften = интервал — не меньше минуты
reason-schedule-unknown = расписания { $id } нет
reason-schedule-noEntities = ни одна сущность расписания больше не объявлена; удалите его или добавьте другое
