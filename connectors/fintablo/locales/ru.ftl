reason-fintablo-inBody = ответ { $status }, а в нём { $inBody }: { $body }
reason-fintablo-checkToken = { $why }; проверьте токен
reason-fintablo-request = { $why } (X-Request-Id { $id })
