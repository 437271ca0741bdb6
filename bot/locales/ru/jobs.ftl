command-jobs = Задания и расписание
menu-jobs = ⏰ Задания
jobs-title = ⏰ <b>Задания</b>
jobs-none = Заданий нет.
jobs-more = … и ещё { $count }
jobs-gone = Такого задания больше нет. Посмотрите список: /jobs
jobs-never = Ещё не запускалось
jobs-last-ok = { $at }: прошло хорошо
jobs-last-warning = { $at }: прошло с замечаниями
jobs-last-failed = { $at }: не удалось
jobs-last-missed = { $at }: пропущено
jobs-last-skipped = { $at }: не запускалось
jobs-last-running = { $at }: идёт сейчас
jobs-next = ⏭ Следующий раз { $at }
jobs-no-next = Само больше не запустится
jobs-paused = ⏸ На паузе
jobs-disabled = Выключено в конфигурации
jobs-run = ▶️ Запустить сейчас
jobs-pause = ⏸ На паузу
jobs-resume = ⏯ Снять с паузы
jobs-running = ⏳ Выполняю <b>{ $job }</b>…
jobs-ended-ok = <b>{ $job }</b>: готово
jobs-ended-warning = <b>{ $job }</b>: готово, есть замечания
jobs-ended-failed = <b>{ $job }</b>: не удалось
jobs-ended-skipped = <b>{ $job }</b>: не запускалось
schedule-minutes = { $minutes ->
    [1] каждую минуту
    [one] каждую { $minutes } минуту
    [few] каждые { $minutes } минуты
   *[many] каждые { $minutes } минут
}
schedule-hourly = каждый час в :{ $minute }
schedule-daily = каждый день в { $time }
schedule-weekdays = по будням в { $time }
schedule-weekly = { $day ->
    [0] по воскресеньям
    [1] по понедельникам
    [2] по вторникам
    [3] по средам
    [4] по четвергам
    [5] по пятницам
   *[6] по субботам
} в { $time }
