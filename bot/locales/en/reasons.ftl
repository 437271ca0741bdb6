# Reasons that a chat words otherwise than their templates in core/reason/templates; all others are made of these.

# Lists in a chat mark each line with the sign of its outcome.
reason-action-itemPlanned = 📝 { $action }: { $what }
reason-action-itemFailed = ❌ { $action }: { $what }: { $why }
reason-action-itemUnknown = ❓ { $action }: { $what }: { $why }
reason-action-itemBusy = ⏳ { $action }: { $what }: { $why }
reason-action-itemSkipped = ⏭ { $action }: { $what }: { $why }
reason-job-entityFailed = ❌ { $entity }: { $why }
reason-job-entityWarning = ⚠️ { $entity }: { $why }
reason-job-entitySkipped = ⏭ { $entity }: { $why }
reason-job-entitiesFailed = ❌ { $connector }, { $count } entities ({ $entities }): { $why }
reason-job-entitiesWarning = ⚠️ { $connector }, { $count } entities ({ $entities }): { $why }
reason-job-entitiesSkipped = ⏭ { $connector }, { $count } entities ({ $entities }): { $why }

# The message of an alert says by itself what to do.
reason-alert-held = { $entity }, { $count } rows: { $why }.
reason-alert-heldMany = { $count } entities of { $connector } ({ $entities }): { $why }.
reason-alert-actionUnknown = { $action }: it is not known whether “{ $what }” arrived, { $at } (entry { $entry }).
