reason-iiko-unreadable = { $what } cannot be told, { $why }; if a table is missing, sync { $entities } first
reason-iiko-invoices = incoming invoices
reason-iiko-invoiceLines = the lines of an invoice
reason-iiko-storeNames = the names of stores
reason-iiko-employees = employees
reason-iiko-departments = departments
reason-iiko-noSession = expected a session token; the answer is { $found }
reason-iiko-page = an HTML page: a proxy or a restart
reason-iiko-noToken = { $count } characters of no token
reason-iiko-answered = answered { $status }: { $body }; { $remedy }
reason-iiko-noLicence = no licence slot of the API is free; end another program's session, wait until one expires, or license more
reason-iiko-moduleNotLicensed = the licence does not cover this module; ask the iiko partner to add it
reason-iiko-noRight = the API user lacks this right; give it to its role in iikoOffice
reason-iiko-noEndpoint = this server has no such endpoint or object; its version may be too old for it
reason-iiko-cloudToken = expected a token as JSON; the answer { $found }
reason-iiko-begins = begins { $text }
reason-iiko-somethingElse = is { $count } characters of something else
reason-iiko-cloudRecords = { $records } is not as expected: { $text }
reason-iiko-cloudSilent = iikoCloud says nothing of organisation { $organisation }
reason-iiko-cloudNoList = { $connector }: expected a list of organisations
reason-iiko-cloudStrange = { $connector }: this login knows no organisation { $organisations }; correct cloud.organizations
reason-iiko-cloudNotSetUp = { $entity }: { $path } is asked of iikoCloud, and cloud has no login; set IIKO_CLOUD_API_KEY, IIKO_CLOUD_APP_ID and IIKO_CLOUD_CLIENT_SECRET, or take the entity and its jobs out
reason-iiko-cloudKeys = apiKey, appId and clientSecret are one login; { $missing } is missing
reason-iiko-cloudTwoLogins = two logins; apiLogin is the older one: take it out, and unset its variable
reason-iiko-appIdText = a text, or { "{" } secret: NAME { "}" }
reason-iiko-writeoff = Write-off { $number }: { $count ->
    [one] one product
   *[other] { $count } products
}
reason-iiko-transfer = Transfer { $number }: { $count ->
    [one] one product
   *[other] { $count } products
}
reason-iiko-moved = { $source } → { $target }: { $count ->
    [one] one product
   *[other] { $count } products
}
reason-iiko-comesTo = { $what }: { $outcome }
reason-iiko-planned = would be sent
reason-iiko-done = done
reason-iiko-already = was sent before, not again
reason-iiko-failed = failed: nothing was changed in iiko
reason-iiko-unknown = unknown: look for it in iiko
reason-iiko-busy = is being sent by somebody else
reason-iiko-skipped = left out
reason-iiko-noNumber = nothing was sent, there is no number: { $why }
reason-iiko-refused = iiko refused { $number }: { $why }
reason-iiko-answeredError = answered ERROR: { $why }
reason-iiko-unreadableAnswer = expected { $expected }; the answer begins { $begins }
reason-iiko-savedDocument = JSON with the result of a document
reason-iiko-validatedDocument = XML with the validation of a document
reason-iiko-documentsOfNumber = JSON with the documents of a number
reason-iiko-notMoved = nothing was moved: { $why }
reason-iiko-syncFirst = sync stores and products first: { $why }
reason-iiko-nothingOwed = nothing is owed that could be moved
reason-iiko-transfers = { $transfers } { $transfers ->
    [one] transfer
   *[other] transfers
} of { $products } { $products ->
    [one] product
   *[other] products
} in { $restaurants } { $restaurants ->
    [one] restaurant
   *[other] restaurants
}
reason-iiko-left = { $restaurant }: not moved: { $products }
reason-iiko-leftProduct = { $product } ({ $why })
reason-iiko-noStore = there is no store "{ $store }"
reason-iiko-noTaker = there is no store to give to
reason-iiko-severalStores = several stores are called "{ $store }"
reason-iiko-noProduct = there is no such product, or it is deleted
reason-iiko-severalProducts = there are { $count } products of this name
reason-iiko-severalUnits = it is owed in several units
reason-iiko-noUnit = it has no unit, and "{ $unit }" is none
reason-iiko-notCompared = stock and levels cannot be compared, sync them first: { $why }
reason-iiko-nothingBelow = nothing is below its minimum
reason-iiko-below = below minimum: { $departments }
reason-iiko-belowIn = { $department } { $count }
reason-iiko-stopList = on the stop list: { $added } new, { $gone } gone, { $still } still there
reason-iiko-stopListUnread = the stop list cannot be told, { $why }; if a table is missing, sync the connector's entities once
reason-iiko-noDepartment = there is no department "{ $department }"
reason-iiko-nothingStopped = nothing was on the stop list on { $day }, { $from } to { $to }
reason-iiko-stopped = on the stop list on { $day }, { $from } to { $to }: { $count } { $count ->
    [one] product
   *[other] products
}, the longest { $longest } for { $lasted }; { $total } in all
reason-iiko-wouldTidy = ends what is over its time
reason-iiko-untidy = the write-offs cannot be tidied: { $why }
reason-iiko-nothingOld = nothing is older than { $limit }
reason-iiko-expired = { $count } expired after { $limit }
reason-iiko-baseUrl = The API of the iiko Server, as in { $example }.
reason-iiko-login = The login of the API user, as in { $example }.
reason-iiko-password = Its password in plain, as in { $example }; only its SHA-1 is sent.
reason-iiko-organizations = Each organisation by its id in iikoCloud, and the department of the Server that it is, by name or id, as in { $example }.
reason-iiko-someOrganisation = at least one organisation
reason-iiko-noOrganisationId = "{ $id }" is no id of an organisation
reason-iiko-id = an id, a UUID
reason-iiko-amount = an amount above zero such as { $example }
reason-iiko-localTime = a local time such as 2026-03-05T10:00
reason-iiko-documentNumber = at most 32 letters, digits, /, _ and -
reason-iiko-timeOfDay = a time of day such as 08:00
reason-iiko-day = a day such as 2026-03-05
reason-iiko-hours = working hours end later on the day they begin
reason-iiko-storeFrom = The store that gives.
reason-iiko-storeTo = The store that takes.
reason-iiko-storeOf = The store that loses the products.
reason-iiko-account = The account that bears the cost.
reason-iiko-product = The product.
reason-iiko-howMuch = How much.
reason-iiko-items = What and how much.
