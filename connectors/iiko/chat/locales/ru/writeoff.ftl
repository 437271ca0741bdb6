command-writeoff = Списать продукты
command-history = Мои списания
command-waiting = Списания, которые ждут решения
menu-writeoff = 🗑 Списание
menu-writeoff-continue = ▶️ Продолжить списание
menu-history = 🗂 Мои списания
menu-waiting = 🕓 Ждут решения
status-to-writeoffs = 🕓 Решить про списания ({ $count })
status-waiting-writeoffs = 🕓 { $count ->
    [one] { $count } списание ждёт вашего решения
    [few] { $count } списания ждут вашего решения
   *[many] { $count } списаний ждут вашего решения
}

writeoff-title = 🗑 <b>Списание</b>
writeoff-which-store = С какого склада?
writeoff-no-stores = В вашем ресторане нет складов. Скажите администратору: склады заводят в iiko.
writeoff-which-account = На какой счёт?
writeoff-no-accounts = Для этого склада нет счёта списания. Выберите другой склад или скажите администратору.
writeoff-type = Что списываем? Напишите часть названия, например: мол
writeoff-type-or-pick = Что списываем? Выберите или напишите часть названия.
writeoff-found = «{ $query }»: { $count ->
    [one] нашёлся { $count } товар
    [few] нашлось { $count } товара
   *[many] нашлось { $count } товаров
}. Можно написать другое название.
writeoff-not-found = «{ $query }»: ничего не нашлось. Напишите другую часть названия, хватит двух-трёх букв.
writeoff-clear = ✖️ Очистить поиск
writeoff-done = ✅ Готово ({ $count })
writeoff-more = { $count ->
    [one] …и ещё { $count } строка
    [few] …и ещё { $count } строки
   *[many] …и ещё { $count } строк
}
writeoff-too-many = ⚠️ В одном списании не больше 50 товаров. Отправьте это и начните новое.
writeoff-not-offered = ⚠️ Этого сейчас нельзя выбрать. Выберите из списка.
writeoff-how-much = <b>{ $name }</b>
    Сколько списать{ $unit }? Нажмите или напишите число, например 1,5
writeoff-how-much-now = <b>{ $name }</b>
    Сейчас { $amount }. Сколько списать{ $unit }? Нажмите или напишите число, например 1,5
writeoff-bad-amount = ⚠️ «{ $typed }» не похоже на количество. Нужно число больше нуля, например 1,5
writeoff-other-unit = ⚠️ «{ $typed }»: этот товар списывают в других единицах ({ $unit }). Напишите количество в них.
writeoff-there = на складе { $amount }
writeoff-there-now = На складе: { $amount }.
writeoff-there-unknown = Сколько на складе, неизвестно.
writeoff-stock-read = 📦 Остатки на { $at }
writeoff-stock-stale = 📦 Остатки на { $at }, им { $age }: посмотрите на полке
writeoff-stock-unread = 📦 Остатки неизвестны: их ещё не читали
writeoff-far = ⚠️ { $name }: { $amount } — намного больше, чем есть. Нажмите, если всё верно, или напишите другое число.
writeoff-far-unknown = ⚠️ { $name }: { $amount } — необычно много, а сколько есть, неизвестно. Нажмите, если всё верно, или напишите другое число.
writeoff-far-lines = ⚠️ Намного больше, чем есть:
writeoff-far-send = Всё равно отправить?
writeoff-far-approve = { $number }: всё равно одобрить?
writeoff-sure = ⚠️ Да, { $amount }
writeoff-send-sure = ⚠️ Да, отправить
writeoff-approve-sure = ⚠️ Да, одобрить
writeoff-remove = 🗑 Убрать из списка
writeoff-why = Почему списываем? Нажмите или напишите своими словами.
writeoff-type-reason = ✍️ Напишите причину одним сообщением.
writeoff-long-reason = ⚠️ Слишком длинно. Уложитесь в { $most } знаков.
writeoff-reason-spoiled = 🤢 Порча
writeoff-reason-broken = 💥 Бой
writeoff-reason-expired = 📅 Срок годности
writeoff-reason-staff = 🍽 Питание персонала
writeoff-reason-other = ✍️ Другое
writeoff-reason-text-spoiled = порча
writeoff-reason-text-broken = бой
writeoff-reason-text-expired = истёк срок годности
writeoff-reason-text-staff = питание персонала
writeoff-check = 💬 { $reason }

    Всё верно?
writeoff-send = ✅ Отправить
writeoff-change = ✏️ Количество
writeoff-add = ➕ Добавить
writeoff-change-reason = 💬 Причина
writeoff-drop = ✖️ Отменить
writeoff-drop-sure = Удалить это списание? Всё, что в нём набрано, пропадёт.
writeoff-drop-yes = 🗑 Удалить
writeoff-which-item = Что исправить или убрать?
writeoff-unfinished = У вас есть незаконченное списание: { $count ->
    [one] { $count } товар
    [few] { $count } товара
   *[many] { $count } товаров
}.
writeoff-continue = ▶️ Продолжить
writeoff-anew = 🆕 Начать заново
writeoff-gone = ⚠️ Этого больше нет в списке товаров, убрано: { $names }
writeoff-sending = ⏳ Отправляю…
writeoff-now-waiting = 👍 Отправлено администратору. Я напишу, когда он решит.

writeoff-status-draft = Черновик
writeoff-status-waiting = Ждёт решения
writeoff-status-sending = Отправляется в iiko
writeoff-status-sent = Проведено
writeoff-status-failed = Не прошло
writeoff-status-unknown = Неизвестно, прошло ли
writeoff-status-rejected = Отклонено
writeoff-status-cancelled = Отменено
writeoff-status-expired = Истекло: за сутки никто не решил
writeoff-was = (было { $amount })
writeoff-struck = <s>{ $name }: { $amount }</s>
writeoff-approved-by = 👮 Одобрение: { $name }, { $at }
writeoff-rejected-by = 👮 Отказ: { $name }, { $at }
writeoff-rejection = 🚫 Причина отказа: { $why }
writeoff-next-failed = ⚠️ iiko не приняла документ, ничего не списано. Можно отправить ещё раз под тем же номером. Ответ: { $why }
writeoff-next-failed-said = ⚠️ Администратор посмотрел: документа в iiko нет, ничего не списано. Можно отправить ещё раз под тем же номером.
writeoff-next-unknown = ❓ Ответа не было. Нажмите «Отправить ещё раз»: сначала я поищу документ в iiko, так что дважды он не пройдёт.
writeoff-retry = 🔁 Отправить ещё раз
writeoff-take-back = ✖️ Отозвать
writeoff-repeat = 🔁 Повторить
writeoff-to-history = 🗂 Мои списания
writeoff-open = 👁 Открыть

writeoff-asked = 🗑 <b>{ $author }</b> просит списать: { $store }, { $count ->
    [one] { $count } товар
    [few] { $count } товара
   *[many] { $count } товаров
} ({ $number })
    💬 { $reason }
writeoff-approve = ✅ Одобрить
writeoff-correct = ✏️ Исправить
writeoff-reject = 🚫 Отклонить
writeoff-release = ↩️ Вернуть в очередь
writeoff-released = ↩️ Вернули в очередь: его может открыть любой администратор.
writeoff-reject-why = Почему отклоняем { $number }? Напишите, и { $author } это прочитает.
writeoff-correct-line = <b>{ $name }</b>
    Сейчас { $amount }. Напишите новое количество{ $unit }.
writeoff-own = Своё списание решает другой администратор.
writeoff-to-waiting = 🕓 Ждут решения
writeoff-waits = 🕓 <b>Ждут решения</b>
writeoff-nothing-waits = 🎉 Ничего не ждёт решения.
writeoff-waiting-line = <b>{ $number }</b> · { $author } · { $store }, { $count ->
    [one] { $count } товар
    [few] { $count } товара
   *[many] { $count } товаров
}, { $at }
writeoff-held = 🔒 открыто: { $who }
writeoff-accounted = 🗑 Списание <b>{ $number }</b>: { $store }, { $account }, { $count ->
    [one] { $count } товар
    [few] { $count } товара
   *[many] { $count } товаров
}. { $reason } ({ $author })

writeoff-history = 🗂 <b>Мои списания</b>, новые сверху
writeoff-no-history = 🗂 Здесь пока ничего нет.
writeoff-filter-all = Все
writeoff-filter-bar = Бар
writeoff-filter-kitchen = Кухня
writeoff-count = { $count ->
    [one] { $count } товар
    [few] { $count } товара
   *[many] { $count } товаров
}

writeoff-refused-missing = Такого списания нет.
writeoff-refused-notYours = Это чужое списание.
writeoff-refused-moved = ℹ️ Решение уже принято, вот как обстоит дело.
writeoff-refused-locked = 🔒 Сейчас открыто: { $who }, до { $until }.
writeoff-refused-notOpened = ⌛ Десять минут прошли. Откройте ещё раз.
writeoff-refused-expired = ⌛ Прошли сутки, решать поздно.
writeoff-refused-incomplete = ⚠️ В списании чего-то не хватает: товаров, счёта или причины. Проверьте и отправьте ещё раз.
writeoff-refused-notOffered = ⚠️ Чего-то из этого больше нет среди складов, счетов или товаров. Проверьте и отправьте ещё раз.
writeoff-refused-badAmount = ⚠️ Количество должно быть числом больше нуля, например 1,5
