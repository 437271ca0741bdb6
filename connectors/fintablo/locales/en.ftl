reason-fintablo-inBody = answered { $status } with { $inBody } in the body: { $body }
reason-fintablo-checkToken = { $why }; check the token
reason-fintablo-request = { $why } (X-Request-Id { $id })
