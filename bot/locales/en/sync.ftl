menu-sync = 🔄 Sync
command-sync = Read data from the systems now
sync-running = 🔄 Syncing: { $what }
sync-done = 🔄 Synced: <code>{ $what }</code>
sync-again = 🔁 Again
sync-log = 📜 Log
