configuration-loaded = ✅ The configuration is loaded.
configuration-loaded-as = ✅ The configuration is loaded as version { $id }.
configuration-unchanged = ▫️ Nothing has changed: what is in the files runs already.
configuration-invalid = ❌ The configuration has a mistake. Everything goes on as it was:
configuration-failed = ❌ It could not be loaded, everything goes on as it was: { $why }
configuration-connectors = Systems
configuration-entities = Tables
configuration-jobs = Jobs
configuration-plugins = Plugins
configuration-added = new:
configuration-changed = changed:
configuration-removed = removed:
configuration-more-names = and { $count } more
configuration-rebuilt = 🔧 { $count ->
    [one] { $count } system was rebuilt
   *[other] { $count } systems were rebuilt
}, the others were not touched.
configuration-plugins-restart = ♻️ Changed plugins start again by themselves.
configuration-restart = ⚠️ Takes effect when the daemon starts again:
configuration-no-names = What runs stays as it is.

menu-reload = ♻️ Reload
command-reload = Reload the configuration
reload-running = ⏳ Reading the configuration…
reload-again = 🔁 Once more
configuration-hint = hint
