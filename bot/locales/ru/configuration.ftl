configuration-loaded = ✅ Конфигурация загружена.
configuration-loaded-as = ✅ Конфигурация загружена, версия { $id }.
configuration-unchanged = ▫️ Ничего не изменилось: работает то, что в файлах.
configuration-invalid = ❌ В конфигурации ошибка. Всё работает по-прежнему:
configuration-failed = ❌ Загрузить не получилось, всё работает по-прежнему: { $why }
configuration-connectors = Системы
configuration-entities = Таблицы
configuration-jobs = Задания
configuration-plugins = Плагины
configuration-added = новые:
configuration-changed = изменены:
configuration-removed = убраны:
configuration-more-names = и ещё { $count }
configuration-rebuilt = 🔧 { $count ->
    [one] Заново собрана { $count } система
    [few] Заново собраны { $count } системы
   *[many] Заново собрано { $count } систем
}, остальные не тронуты.
configuration-plugins-restart = ♻️ Изменённые плагины перезапускаются сами.
configuration-restart = ⚠️ Вступит в силу после перезапуска сервиса:
configuration-no-names = На работу это не влияет.

menu-reload = ♻️ Перечитать
command-reload = Перечитать конфигурацию
reload-running = ⏳ Читаю конфигурацию…
reload-again = 🔁 Ещё раз
configuration-hint = подсказка
