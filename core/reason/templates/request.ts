/** How one request to an outside system failed. */
export const request = {
  "request.failed": "{request}: {why:reason}",
  "request.tried": "{why:reason} (tried {count:int} times)",
  "request.answered": "answered {status:int}: {body}",
  "request.rateLimited": "answered {status:int}: {body}; lower limits.rate if this happens often",
  "request.unauthorized": "answered {status:int}: {body}; check the connector's credentials and rights",
  "request.redirected": "redirects ({status:int}) to {location}; write that address",
  "request.unsendable": "this is not a request that can be sent; check baseUrl, path and body",
  "request.foreignHost": "the credentials are for baseUrl only, this is another host",
  "request.timeout": "no complete answer within {limit}; raise limits.timeout or ask for less at a time",
  "request.tooLarge": "the answer is larger than {limit:int} bytes; page it or raise limits.maxBytes",
  "request.waitTooLong": "the vendor asks to wait {wait}, longer than limits.deadline",
  "request.circuitOpen": "not asked: the last calls all failed; wait {wait}",
  "request.circuitTrying": "not asked: the last calls all failed; one is just being tried",
  "request.compressed": "the answer is compressed with «{encoding}», which was not asked for",
  "request.compressionBroken": "the answer's {encoding} compression is broken or cut off",
  "request.unexpected": "expected {expected}; {why}; the answer begins {begins}",
  "request.declaration": "{entity}: {why:reason}",
  "request.placeholder": "{placeholder} in the path has no value; name its column in forEach",
  "request.header": "the header {header} would hold more than Latin-1 characters",
  "request.declaredFailure": "answered {status:int}, and what `fail` declares: {body}",
  "request.timezone": "the timezone {timezone} is unknown"
} as const
