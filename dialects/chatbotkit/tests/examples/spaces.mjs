// The life of a space with the runtime's own fetch. Wants TARGET, the server's address, and TOKEN, an API key.
import assert from 'node:assert/strict'

const { TARGET, TOKEN } = process.env

async function call(path, { body, accept } = {}) {
  const headers = { authorization: `Bearer ${TOKEN}` }
  if (accept) headers.accept = accept
  if (body) headers['content-type'] = 'application/json'
  const method = body ? 'POST' : 'GET'
  return fetch(TARGET + path, { method, headers, body: body && JSON.stringify(body) })
}

async function json(path, body) {
  const response = await call(path, { body })
  const value = await response.json()
  if (!response.ok) throw Object.assign(new Error(value.message), { code: value.code })
  return value
}

const contact = await json('/api/v1/contact/ensure', { fingerprint: 'acme', name: 'Zoë' })
assert.deepEqual(await json('/api/v1/contact/ensure', { fingerprint: 'acme' }), contact)

const ids = []
for (let n = 0; n < 5; n++) {
  const made = await json('/api/v1/space/create', {
    name: `Support ${n} ☎`,
    contactId: contact.id,
    meta: { department: 'support', n },
  })
  ids.push(made.id)
}

const space = `/api/v1/space/${ids[0]}`
assert.deepEqual(await json(`${space}/update`, { name: 'Renamed', meta: { n: null, tier: 'premium' } }), { id: ids[0] })
const found = await json(`${space}/fetch`)
assert.deepEqual(found.meta, { department: 'support', tier: 'premium' })
assert.equal(found.name, 'Renamed')
assert.equal(new Date(found.createdAt).toISOString(), found.createdAt)

const seen = []
for (let cursor = ''; ; ) {
  const page = await json(`/api/v1/space/list?order=asc&take=2&contactId=${contact.id}&cursor=${cursor}`)
  seen.push(...page.items.map((item) => item.id))
  if (!(cursor = page.cursor)) break
}
assert.deepEqual(seen, ids)

// Decoded chunk by chunk, as a careless client would: every line must still be whole.
const stream = await call('/api/v1/space/list?order=asc', { accept: 'application/jsonl' })
let text = ''
for await (const chunk of stream.body) text += new TextDecoder().decode(chunk)
const events = text.trimEnd().split('\n').map((line) => JSON.parse(line))
assert.deepEqual(events.map((event) => [event.type, event.data.id]), ids.map((id) => ['item', id]))
assert.equal(events[1].data.name, 'Support 1 ☎')

const lines = (await (await call('/api/v1/space/export?order=asc', { accept: 'application/jsonl' })).text()).trimEnd().split('\n')
assert.deepEqual(lines.map((line) => JSON.parse(line).id), ids)
const table = await (await call('/api/v1/space/export', { accept: 'text/csv' })).text()
assert.ok(table.startsWith('id,name,description,'))

assert.deepEqual(await json(`${space}/delete`, {}), { id: ids[0] })
await assert.rejects(json(`${space}/fetch`), { code: 'NOT_FOUND' })
await assert.rejects(json('/api/v1/space/create', { contactId: 'contact_nope' }), { code: 'NOT_FOUND' })

const conversation = await json('/api/v1/conversation/create', { name: 'Hello', spaceId: ids[1], messages: [] })
assert.equal((await json(`/api/v1/conversation/${conversation.id}/fetch`)).spaceId, ids[1])
console.log('ok')
