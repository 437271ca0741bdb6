/**
 * An HTTP proxy as a process of its own: it opens tunnels (CONNECT) and nothing else, and prints a line for each. Its
 * first line is its port. With PROXY_LOGIN, `user:password`, it asks for it; with PROXY_REFUSES, a status, it refuses.
 */
import { createServer } from "node:http"
import { connect } from "node:net"

const { PROXY_LOGIN, PROXY_REFUSES } = process.env
const wanted = PROXY_LOGIN === undefined ? undefined : `Basic ${Buffer.from(PROXY_LOGIN).toString("base64")}`

const proxy = createServer((request, response) => {
  console.log(`${request.method} ${request.url}`)
  response.writeHead(405).end()
})

proxy.on("connect", ({ headers, url = "" }, client) => {
  const isWelcome = wanted === undefined || headers["proxy-authorization"] === wanted
  const refusal = PROXY_REFUSES ?? (isWelcome ? undefined : "407")
  console.log(`CONNECT ${url} ${refusal ?? 200}`)
  client.on("error", () => client.destroy())
  if (refusal !== undefined) {
    client.end(`HTTP/1.1 ${refusal} No\r\n\r\n`)
    return
  }
  const { hostname, port } = new URL(`http://${url}`)
  const server = connect(Number(port), hostname, () => {
    client.write("HTTP/1.1 200 Connection established\r\n\r\n")
    server.pipe(client)
    client.pipe(server)
  })
  server.on("error", () => client.destroy())
})

proxy.listen(0, "127.0.0.1", () => {
  const address = proxy.address()
  console.log(typeof address === "object" && address !== null ? address.port : "")
})
