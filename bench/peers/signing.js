// Who is asking: a cookie signed with the server's secret, and the token that goes with it.
import { createHash, createHmac, timingSafeEqual } from 'node:crypto'

const COOKIE = /(?:^|;\s*)session=([^;]+)/

export class Signing {
  constructor(secret) {
    this.secret = secret
  }

  /** The key of the session that the request's cookie stands for, and its token; null when forged. */
  read(headers) {
    const found = COOKIE.exec(headers.cookie ?? '')
    if (!found) return null
    const [token, signature] = found[1].split('.')
    if (!signature || !same(signature, this.#sign(`cookie ${token}`))) return null
    return { token, key: createHash('sha256').update(token).digest('hex') }
  }

  /** Whether the header belongs to that session. */
  isCsrf(token, header) {
    return same(header ?? '', this.#sign(`csrf ${token}`))
  }

  #sign(text) {
    return createHmac('sha256', this.secret).update(text).digest('hex')
  }
}

function same(given, wanted) {
  const a = Buffer.from(given)
  const b = Buffer.from(wanted)
  return a.length === b.length && timingSafeEqual(a, b)
}
