language-ru = Русский
language-en = English

menu-title = Здравствуйте, <b>{ $name }</b>! Что делаем?
menu-title-at = <b>{ $name }</b>, { $department }. Что делаем?
menu-daily = · Ресторан ·
menu-running = · Управление ·
menu-back = « Меню
back = « Назад
cancel = Отмена
command-menu = Главное меню

group-anonymous = Вы пишете от имени группы, и я не вижу, кто вы. Отключите анонимность или напишите мне лично.
working = ⏳ Минутку…
work-interrupted = Бот перезапустился, итога здесь не будет. Что успело выполниться, видно в журнале: /log
offer-gone = Этого больше нет: кто-то уже решил, или прошло слишком много времени.

failure-database = База данных не отвечает, или в ней ещё нет того, что нужно. Попробуйте через минуту; если не помогло, скажите администратору.
failure-telegram = Telegram отказал. Попробуйте ещё раз: /menu
failure-unexpected = Что-то сломалось, и это наша ошибка. Она записана в журнал. Попробуйте ещё раз: /menu
failure-other = Не получилось: { $why }

span-minutes = { $minutes } мин
span-hours = { $hours } ч { $minutes } мин
span-days = { $days } дн { $hours } ч
