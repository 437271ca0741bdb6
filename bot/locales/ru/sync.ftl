menu-sync = 🔄 Синхронизация
command-sync = Обновить данные из систем
sync-running = 🔄 Обновляю: { $what }
sync-done = 🔄 Обновлено: <code>{ $what }</code>
sync-again = 🔁 Ещё раз
sync-log = 📜 Журнал
