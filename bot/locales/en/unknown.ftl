command-unknown = What was sent and may not have arrived
menu-unknown = ❓ Did it arrive
unknown-none = All that was sent has arrived, or certainly has not 👍
unknown-title = ❓ <b>It is not known whether it arrived</b>
    The connection broke while this was being sent. Look there whether it is there, and say so here:
unknown-of = <code>{ $action }</code>, { $at }, { $by }
unknown-looking = ⏳ Looking whether it can be found by itself…
unknown-unknown = Is it there? If it did not arrive, it can be sent again.
unknown-sending = ⏳ It is just being sent.
unknown-done = ✅ It arrived.
unknown-failed = ❌ It did not arrive.
unknown-unknown-by = { $by }: it is not known whether it arrived.
unknown-sending-by = ⏳ It is just being sent again.
unknown-done-by = ✅ { $by }: it arrived. It will not be sent again.
unknown-failed-by = ❌ { $by }: it did not arrive. It can be sent again.
unknown-say-done = ✅ It arrived
unknown-say-failed = ❌ It did not
