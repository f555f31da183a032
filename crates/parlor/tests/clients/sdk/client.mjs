// The client under test and the helpers of its tests. TARGET is the server's origin, TOKEN a key of it.
import assert from 'node:assert/strict'
import { ChatBotKit } from '@chatbotkit/sdk'

export const { TARGET, TOKEN } = process.env
/** Names of all called methods, and of those whose result was streamed. */
export const calledMethods = new Set()

/** Returns a client that records every called method and every streamed list. */
function recorded(client, path = '') {
  return new Proxy(client, {
    get(target, name) {
      const value = target[name]
      const here = path ? `${path}.${String(name)}` : String(name)
      if (typeof value === 'function') {
        return (...args) => {
          calledMethods.add(here)
          const answer = value.apply(target, args)
          if (typeof answer?.stream === 'function') {
            const stream = answer.stream.bind(answer)
            answer.stream = (...rest) => (calledMethods.add(`${here} streamed`), stream(...rest))
          }
          return answer
        }
      }
      return value && typeof value === 'object' && typeof name === 'string' && !name.startsWith('_')
        ? recorded(value, here)
        : value
    },
  })
}

/** Options of every client. */
export const options = { baseUrl: TARGET, retries: 0 }
/** Client with the key. */
export const cbk = recorded(new ChatBotKit({ ...options, secret: TOKEN }))
/** Marks the entities of this run. */
export const tag = `t${process.pid}`
/** Well-formed ids that no entity has. */
export const unknownIds = { space: 'space_00000000000000000000000000', contact: 'contact_00000000000000000000000000' }

/** Returns the records of a list, and checks that awaiting and streaming it give the same ones. */
export async function listAll(list) {
  const page = await list()
  assert.equal(typeof page.cursor, 'string')
  const live = []
  for await (const event of list().stream()) {
    assert.equal(event.type, 'item', JSON.stringify(event))
    live.push(event.data)
  }
  assert.deepEqual(live, page.items, 'a stream holds what the page holds')
  return page.items
}

/** Returns the records of all pages of a list. */
export async function listPages(list, take) {
  const seen = []
  for (let cursor; ; ) {
    const page = await list({ cursor, take })
    assert.ok(page.items.length <= take)
    seen.push(...page.items)
    if (!page.items.length || !(cursor = page.cursor)) return seen
  }
}

export const ids = (records) => records.map((record) => record.id)
/** Checks that a call is rejected with an error code. */
export const assertRejected = (call, code) => assert.rejects(async () => call(), { code })
/** Checks the times of a record. */
export const assertTimes = (record) => {
  for (const name of ['createdAt', 'updatedAt']) assert.ok(!Number.isNaN(new Date(record[name]).getTime()), name)
  assert.ok(new Date(record.updatedAt) >= new Date(record.createdAt))
}
