menu-config = ⚙️ Configuration
command-config = The configuration: look and edit
config-front = <b>⚙️ Configuration</b>
    Systems: { $connectors }, tables: { $entities }, jobs: { $jobs }

    📦 what is declared, 📄 send me the file. Edit it and send it back: I check it, and ask before I write. A new file comes with the caption <code>connectors/name.yaml</code>
config-entity = → <code>{ $table }</code>, { $mode }, fields: { $fields }
config-jobs = ⏰ { $jobs }
config-no-job = by hand only
config-versions = 🕘 Versions
config-versions-title = <b>🕘 The last loads</b>

config-checking = ⏳ Checking…
config-too-large = The file is larger than { $kilobytes } kB. No configuration is: is it the right file?
config-not-utf8 = This is not UTF-8 text. Save the file as UTF-8 and send it again.
config-which = Which file is this: <code>{ $name }</code>? There are: { $files }. Name it like that, or write its path in the caption, as in <code>connectors/new.yaml</code>
config-same = <code>{ $name }</code>: the file says so already.
config-invalid = ❌ <code>{ $name }</code>: a mistake, and nothing was written.
config-valid = <code>{ $name }</code>: checked. Write it?
config-new = <code>{ $name }</code>: a new file, checked. Write it?
config-whole-patch = All changes
config-write = 💾 Write
config-drop = 🗑 Drop
config-dropped = dropped, nothing has changed.
config-writing = ⏳ Writing { $name }…
config-written = 💾 <code>{ $name }</code> is written.
config-not-taken = <code>{ $name }</code> was put back as it was.
config-removed = 🗑 <code>{ $name }</code> is removed.
config-remove = 🗑 Remove the file again
config-previous = ↩️ Previous version
config-unwritable = ❌ Nothing was written: { $why }

    If the directory is read-only, mount it writable, or edit the file where it comes from and then /reload
