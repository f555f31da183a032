// Tests Parlor with the Node client that ChatBotKit publishes. TARGET is the server's origin, TOKEN a key of it. Every
// step prints its name when it has passed; the called methods are checked at the end.
import assert from 'node:assert/strict'
import { ChatBotKit } from '@chatbotkit/sdk'

const { TARGET, TOKEN } = process.env
const asked = new Set()

/** The client with a record of every called method and every streamed list. */
function noted(client, path = '') {
  return new Proxy(client, {
    get(target, name) {
      const value = target[name]
      const here = path ? `${path}.${String(name)}` : String(name)
      if (typeof value === 'function') {
        return (...args) => {
          asked.add(here)
          const answer = value.apply(target, args)
          if (typeof answer?.stream === 'function') {
            const stream = answer.stream.bind(answer)
            answer.stream = (...rest) => (asked.add(`${here} streamed`), stream(...rest))
          }
          return answer
        }
      }
      return value && typeof value === 'object' && typeof name === 'string' && !name.startsWith('_')
        ? noted(value, here)
        : value
    },
  })
}

const options = { baseUrl: TARGET, retries: 0 }
const cbk = noted(new ChatBotKit({ ...options, secret: TOKEN }))
const tag = `t${process.pid}`
const nobody = { space: 'space_00000000000000000000000000', contact: 'contact_00000000000000000000000000' }

/** The records of a list, after checking that awaiting and streaming it give the same ones. */
async function listed(list) {
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

/** Every page of a list, one after the other. */
async function pages(list, take) {
  const seen = []
  for (let cursor; ; ) {
    const page = await list({ cursor, take })
    assert.ok(page.items.length <= take)
    seen.push(...page.items)
    if (!page.items.length || !(cursor = page.cursor)) return seen
  }
}

const ids = (records) => records.map((record) => record.id)
const refused = (call, code) => assert.rejects(async () => call(), { code })
const times = (record) => {
  for (const name of ['createdAt', 'updatedAt']) assert.ok(!Number.isNaN(new Date(record[name]).getTime()), name)
  assert.ok(new Date(record.updatedAt) >= new Date(record.createdAt))
}

const steps = {
  async 'a caller nobody knows'() {
    for (const secret of ['sk-parlor-nobody', 'x']) {
      const other = new ChatBotKit({ ...options, secret })
      await refused(() => other.space.list(), 'NOT_AUTHENTICATED')
      await refused(() => other.conversation.create({}), 'NOT_AUTHENTICATED')
    }
    for (const runAs of [{ runAsUserId: 'user_1' }, { runAsChildUserEmail: 'child@example.org' }]) {
      const other = new ChatBotKit({ ...options, ...runAs, secret: TOKEN })
      await refused(() => other.space.create({ name: 'for a child' }), 'NOT_AUTHENTICATED')
    }
    const elsewhere = new ChatBotKit({ ...options, secret: TOKEN, timezone: 'Europe/Berlin' })
    assert.ok(Array.isArray((await elsewhere.space.list()).items))
  },

  async contacts() {
    const made = await cbk.contact.ensure({ fingerprint: tag, name: 'Zoë', meta: { tag } })
    assert.deepEqual(Object.keys(made), ['id'])
    assert.equal((await cbk.contact.ensure({ fingerprint: tag, name: 'Somebody else' })).id, made.id)
    assert.equal((await cbk.contact.create({ fingerprint: tag })).id, made.id)
    const many = Array.from({ length: 10 }, () => cbk.contact.ensure({ fingerprint: `${tag}-many` }))
    assert.equal(new Set(ids(await Promise.all(many))).size, 1)

    const one = await cbk.contact.fetch(made.id)
    assert.deepEqual([one.id, one.name, one.fingerprint, one.meta], [made.id, 'Zoë', tag, { tag }])
    times(one)

    const fields = { name: 'Zoë Ñandú', description: '"quoted", 中文', email: 'zoe@example.org', phone: '+12025550123', nick: 'z', preferences: 'tea' }
    assert.equal((await cbk.contact.update(made.id, { ...fields, meta: { tag: null, desk: 7 } })).id, made.id)
    const after = await cbk.contact.fetch(made.id)
    for (const [name, value] of Object.entries(fields)) assert.equal(after[name], value, name)
    assert.deepEqual(after.meta, { desk: 7 })

    const anonymous = [await cbk.contact.create({ name: 'one' }), await cbk.contact.create({ name: 'two' })]
    assert.notEqual(anonymous[0].id, anonymous[1].id)
    const all = await listed(() => cbk.contact.list())
    for (const { id } of [made, ...anonymous]) assert.ok(ids(all).includes(id))
    assert.deepEqual(ids(await listed(() => cbk.contact.list({ meta: { desk: 7 } }))), [made.id])
    assert.deepEqual(ids(await listed(() => cbk.contact.list({ order: 'asc' }))), ids(all).reverse())

    for (const { id } of anonymous) {
      assert.equal((await cbk.contact.delete(id)).id, id)
      await refused(() => cbk.contact.fetch(id), 'NOT_FOUND')
      await refused(() => cbk.contact.update(id, { name: 'back' }), 'NOT_FOUND')
      await refused(() => cbk.contact.delete(id), 'NOT_FOUND')
    }
    await refused(() => cbk.contact.create({ email: 'not an address' }), 'BAD_REQUEST')
    await refused(() => cbk.contact.update(made.id, { fingerprint: `${tag}-many` }), 'CONFLICT')
    return made.id
  },

  async spaces(contact) {
    const made = []
    for (let n = 0; n < 5; n++) {
      const { id } = await cbk.space.create({ name: `s${n}`, description: 'ü', contactId: contact, meta: { tag, n } })
      made.push(id)
    }
    assert.equal((await cbk.space.update(made[0], { meta: { n: null, extra: 'x', deep: { a: [1, null] } } })).id, made[0])
    const one = await cbk.space.fetch(made[0])
    assert.deepEqual(one.meta, { tag, extra: 'x', deep: { a: [1, null] } })
    assert.deepEqual([one.name, one.description, one.contactId], ['s0', 'ü', contact])
    times(one)

    const mine = { meta: { tag }, order: 'asc' }
    assert.deepEqual(ids(await pages((page) => cbk.space.list({ ...mine, ...page }), 2)), made)
    assert.deepEqual(ids(await listed(() => cbk.space.list(mine))), made)
    assert.deepEqual(ids(await listed(() => cbk.space.list({ contactId: contact, order: 'asc' }))), made)
    assert.deepEqual(await listed(() => cbk.space.list({ contactId: nobody.contact })), [])
    assert.deepEqual(ids(await listed(() => cbk.contact.space.list(contact, { order: 'asc' }))), made)
    assert.deepEqual(ids(await listed(() => cbk.contact.space.list(contact, { meta: { n: 3 } }))), [made[3]])
    await refused(() => cbk.contact.space.list(nobody.contact), 'NOT_FOUND')

    assert.equal((await cbk.space.update(made[1], { contactId: null, name: null })).id, made[1])
    const loose = await cbk.space.fetch(made[1])
    assert.deepEqual([loose.contactId, loose.name], [undefined, undefined])

    assert.equal((await cbk.space.delete(made[4])).id, made[4])
    await refused(() => cbk.space.fetch(made[4]), 'NOT_FOUND')
    await refused(() => cbk.space.update(made[4], {}), 'NOT_FOUND')
    await refused(() => cbk.space.delete(made[4]), 'NOT_FOUND')
    await refused(() => cbk.space.create({ contactId: nobody.contact }), 'NOT_FOUND')
    await refused(() => cbk.space.create({ meta: ['no', 'object'] }), 'BAD_REQUEST')
    await refused(() => cbk.space.fetch('space_1/../x'), 'NOT_FOUND')
    return made[0]
  },

  async conversations(contact, space) {
    const messages = [
      { type: 'instruction', text: 'Be kind.' },
      { type: 'user', text: 'hi' },
      { type: 'bot', text: 'Hello 🌞' },
    ]
    const fields = { name: 'Parcel', description: 'where is it', contactId: contact, spaceId: space, meta: { tag, n: 1 } }
    const full = await cbk.conversation.create({ ...fields, messages })
    const said = await cbk.conversation.message.list(full.id)
    assert.deepEqual(said.items.map(({ type, text }) => ({ type, text })), messages)
    const bare = await cbk.conversation.create({})
    const modelled = await cbk.conversation.create({ model: { name: 'm', config: { t: 1 } }, backstory: 'a parrot', messages: [] })

    const one = await cbk.conversation.fetch(full.id)
    for (const [name, value] of Object.entries(fields)) assert.deepEqual(one[name], value, name)
    times(one)
    const parrot = await cbk.conversation.fetch(modelled.id)
    assert.deepEqual([parrot.model, parrot.backstory], ['m/t=1', 'a parrot'])

    assert.equal((await cbk.conversation.update(full.id, { name: 'Found', meta: { n: null, m: [2] } })).id, full.id)
    const after = await cbk.conversation.fetch(full.id)
    assert.deepEqual([after.name, after.description, after.meta], ['Found', 'where is it', { tag, m: [2] }])
    assert.equal((await cbk.conversation.update(bare.id, { contactId: contact })).id, bare.id)

    const all = await listed(() => cbk.conversation.list({ order: 'asc' }))
    const mine = ids(all).filter((id) => [full.id, bare.id, modelled.id].includes(id))
    assert.deepEqual(mine, [full.id, bare.id, modelled.id])
    assert.deepEqual(ids(await listed(() => cbk.conversation.list({ spaceId: space }))), [full.id])
    assert.deepEqual(ids(await listed(() => cbk.conversation.list({ meta: { tag } }))), [full.id])
    const theirs = () => cbk.contact.conversation.list(contact, { order: 'asc' })
    assert.deepEqual(ids(await listed(theirs)), [full.id, bare.id])
    const paged = await pages((page) => cbk.conversation.list({ order: 'asc', ...page }), 2)
    assert.deepEqual(ids(paged), ids(all))
    await refused(() => cbk.contact.conversation.list(nobody.contact), 'NOT_FOUND')

    assert.equal((await cbk.conversation.delete(modelled.id)).id, modelled.id)
    for (const call of ['fetch', 'delete']) await refused(() => cbk.conversation[call](modelled.id), 'NOT_FOUND')
    await refused(() => cbk.conversation.update(modelled.id, {}), 'NOT_FOUND')
    await refused(() => cbk.conversation.message.list(modelled.id), 'NOT_FOUND')
    await refused(() => cbk.conversation.create({ spaceId: nobody.space }), 'NOT_FOUND')
    await refused(() => cbk.conversation.create({ contactId: nobody.contact }), 'NOT_FOUND')
    await refused(() => cbk.conversation.create({ messages: [{ type: 'nonsense', text: 'x' }] }), 'BAD_REQUEST')
    await refused(() => cbk.conversation.create({ messages: [{ type: 'user', text: 'kept?' }, { type: 'user' }] }), 'BAD_REQUEST')
    assert.deepEqual(ids(await listed(() => cbk.conversation.list({ order: 'asc' }))), mine.length ? ids(all).filter((id) => id !== modelled.id) : [])
    return [full.id, bare.id]
  },

  async messages(_contact, _space, [full, bare]) {
    const types = ['user', 'bot', 'reasoning', 'context', 'instruction', 'backstory', 'activity', 'checkpoint']
    const made = []
    for (const type of types) {
      const answer = await cbk.conversation.message.create(bare, { type, text: `${type} ✓`, meta: { tag, type } })
      assert.deepEqual(answer.entities, [])
      made.push(answer.id)
    }
    const list = (request) => () => cbk.conversation.message.list(bare, request)
    const all = await listed(list())
    assert.deepEqual(ids(all), made, 'oldest first, unlike all other lists')
    assert.deepEqual(all.map((message) => message.type), types)
    assert.deepEqual(ids(await listed(list({ order: 'desc' }))), made.toReversed())
    assert.deepEqual(ids(await listed(list({ meta: { type: 'bot' } }))), [made[1]])
    assert.deepEqual(ids(await pages((page) => cbk.conversation.message.list(bare, page), 3)), made)

    const one = await cbk.conversation.message.fetch(bare, made[0])
    assert.deepEqual([one.id, one.type, one.text, one.meta], [made[0], 'user', 'user ✓', { tag, type: 'user' }])
    times(one)
    assert.equal((await cbk.conversation.message.update(bare, made[0], { text: 'edited', meta: { type: null } })).id, made[0])
    const after = await cbk.conversation.message.fetch(bare, made[0])
    assert.deepEqual([after.type, after.text, after.meta], ['user', 'edited', { tag }])

    for (const call of ['fetch', 'delete']) await refused(() => cbk.conversation.message[call](full, made[0]), 'NOT_FOUND')
    await refused(() => cbk.conversation.message.update(full, made[0], { text: 'x' }), 'NOT_FOUND')
    assert.equal((await cbk.conversation.message.delete(bare, made[0])).id, made[0])
    await refused(() => cbk.conversation.message.fetch(bare, made[0]), 'NOT_FOUND')
    assert.deepEqual(ids(await listed(list())), made.slice(1))
    await refused(() => cbk.conversation.message.create(bare, { text: 'no type' }), 'BAD_REQUEST')
    await refused(() => cbk.conversation.message.create(bare, { type: 'user' }), 'BAD_REQUEST')
    await refused(() => cbk.conversation.message.create(bare, { type: 'shout', text: 'x' }), 'BAD_REQUEST')
  },

  async 'sending, and answers that nobody gives yet'(_contact, _space, [full]) {
    const sent = await cbk.conversation.send(full, { text: 'Any news?' })
    assert.deepEqual(sent.entities, [])
    const message = await cbk.conversation.message.fetch(full, sent.id)
    assert.deepEqual([message.type, message.text], ['user', 'Any news?'])
    await refused(() => cbk.conversation.send(full, {}), 'BAD_REQUEST')
    const before = await listed(() => cbk.conversation.message.list(full))
    assert.equal(before.at(-1).id, sent.id)
    await refused(() => cbk.conversation.receive(full, {}), 'NOT_IMPLEMENTED')
    await refused(() => cbk.conversation.complete(full, { text: 'Well?' }), 'NOT_IMPLEMENTED')
    await refused(() => cbk.conversation.complete(null, { messages: [{ type: 'user', text: 'hi' }] }), 'NOT_IMPLEMENTED')
    for (const call of [() => cbk.conversation.receive(full, {}), () => cbk.conversation.complete(full, { text: 'Well?' })]) {
      await assert.rejects(async () => {
        for await (const _event of call().stream());
      }, { code: 'NOT_IMPLEMENTED' })
    }
    assert.deepEqual(await listed(() => cbk.conversation.message.list(full)), before, 'what is refused stores nothing')
  },

  async 'what else only an assistant does'(_contact, _space, [full]) {
    await refused(() => cbk.conversation.dispatch(full, { text: 'Later' }), 'NOT_IMPLEMENTED')
    await refused(() => cbk.conversation.dispatch(null, { messages: [{ type: 'user', text: 'hi' }] }), 'NOT_IMPLEMENTED')
  },

  async votes(_contact, _space, [full]) {
    const { id } = await cbk.conversation.message.create(full, { type: 'bot', text: 'It is on its way.' })
    assert.equal((await cbk.conversation.message.upvote(full, id, { value: 80, reason: 'clear' })).id, id)
    assert.equal((await cbk.conversation.message.downvote(full, id, {})).id, id)
    assert.equal((await cbk.conversation.upvote(full, { value: 90, reason: 'kind' })).id, full)
    assert.equal((await cbk.conversation.downvote(full, {})).id, full)
    await refused(() => cbk.conversation.upvote('conversation_nobody', {}), 'NOT_FOUND')
    await refused(() => cbk.conversation.message.upvote(full, id, { value: 1000 }), 'BAD_REQUEST')
    await refused(() => cbk.conversation.message.downvote(full, id.replace(/.$/, '0').replace(/..$/, '00'), {}), 'NOT_FOUND')
  },

  async 'files of a space'(_contact, space) {
    const text = 'Größe & 🌞'
    const file = `data:text/plain;base64,${Buffer.from(text).toString('base64')}`
    const path = 'reports/June & July/ü %41.txt'
    const made = await cbk.space.storage.upload(space, path, { file })
    assert.deepEqual(Object.keys(made).sort(), ['id', 'path'])
    assert.equal(made.path, path)
    const { id, url } = await cbk.space.storage.download(space, path)
    assert.equal(id, made.id)
    assert.equal(await (await fetch(url)).text(), text, 'the address needs no key')

    const promised = await cbk.space.storage.upload(space, 'big.bin', { file: { type: 'application/x-big', size: 600_000 } })
    const { method, url: target, headers } = promised.uploadRequest
    await refused(() => cbk.space.storage.download(space, 'big.bin'), 'NOT_FOUND')
    const body = Buffer.alloc(600_000, 7)
    assert.ok((await fetch(target, { method, headers, body })).ok)
    const big = await fetch((await cbk.space.storage.download(space, 'big.bin')).url)
    assert.equal(big.headers.get('content-type'), 'application/x-big')
    assert.deepEqual(Buffer.from(await big.arrayBuffer()), body)

    const root = await cbk.space.storage.list(space)
    assert.deepEqual(root.items.map(({ path, isDirectory }) => [path, isDirectory]), [['big.bin', false], ['reports', true]])
    const all = await cbk.space.storage.list(space, 'reports', { recursive: true })
    assert.deepEqual(all.items.map(({ path, size }) => [path, size]), [[path, Buffer.byteLength(text)]])
    assert.equal(typeof all.items[0].updatedAt, 'number')

    assert.deepEqual(await cbk.space.storage.copy(space, path, { destinationPath: 'copy.txt' }), { path: 'copy.txt' })
    assert.deepEqual(await cbk.space.storage.move(space, 'copy.txt', { destinationPath: 'a/b.txt' }), { path: 'a/b.txt' })
    await refused(() => cbk.space.storage.download(space, 'copy.txt'), 'NOT_FOUND')
    await refused(() => cbk.space.storage.delete(space, 'reports'), 'BAD_REQUEST')
    assert.deepEqual(await cbk.space.storage.delete(space, 'reports', { recursive: true }), { path: 'reports' })
    assert.deepEqual(await cbk.space.storage.delete(space, 'a/b.txt'), { path: 'a/b.txt' })
    await refused(() => cbk.space.storage.delete(space, 'a/b.txt'), 'NOT_FOUND')
    await refused(() => cbk.space.storage.upload(space, 'a\\b', { file }), 'BAD_REQUEST')
    await refused(() => cbk.space.storage.list(nobody.space), 'NOT_FOUND')
  },

  async 'a file of a conversation'(_contact, _space, [full]) {
    const data = Buffer.from('three little words')
    const { id } = await cbk.conversation.attachment.upload(full, { data, type: 'text/plain', name: 'words.txt' })
    assert.ok(id.startsWith('file_'))
  },

  async 'a session, as a page in a browser uses it'(_contact, _space, [full, bare]) {
    const session = await cbk.conversation.session.create(full, { durationInSeconds: 1800 })
    assert.deepEqual(Object.keys(session).sort(), ['expiresAt', 'id', 'token'])
    assert.equal(session.id, full)
    assert.equal(typeof session.expiresAt, 'number')
    assert.ok(new Date(session.expiresAt).getTime() > 0)
    const page = new ChatBotKit({ ...options, secret: session.token })
    await refused(() => page.conversation.complete(full, { text: 'Well?' }), 'NOT_IMPLEMENTED')
    await assert.rejects(async () => {
      for await (const _event of page.conversation.complete(full, { text: 'Well?' }).stream());
    }, { code: 'NOT_IMPLEMENTED' })
    await refused(() => page.conversation.complete(bare, { text: 'Well?' }), 'NOT_AUTHENTICATED')
    await refused(() => page.conversation.fetch(full), 'NOT_AUTHENTICATED')
    await refused(() => page.conversation.session.create(full, {}), 'NOT_AUTHENTICATED')
    await refused(() => cbk.conversation.session.create(full, { durationInSeconds: 1 }), 'BAD_REQUEST')
  },

  async 'a channel, as the result of a function is passed on'() {
    const channel = `weather-${tag}-0123456789abcdef`
    await cbk.channel.publish(channel, { message: { data: { early: true } } })
    const leave = new AbortController()
    const events = cbk.channel.subscribe(channel, { historyLength: 10 }).stream({ abortSignal: leave.signal })
    const first = await events.next()
    assert.deepEqual(first.value, { type: 'message', data: { data: { early: true } } })
    assert.deepEqual(await cbk.channel.publish(channel, { message: { data: { text: 'é ☎ 🌞' } } }), { id: channel })
    const second = await events.next()
    assert.deepEqual(second.value, { type: 'message', data: { data: { text: 'é ☎ 🌞' } } })
    leave.abort()
    await refused(() => cbk.channel.publish('short', { message: {} }), 'BAD_REQUEST')
  },

  async usage(_contact, _space, made) {
    const usage = await cbk.usage.fetch()
    assert.ok(usage.conversations >= made.length && usage.messages > 0, JSON.stringify(usage))
    assert.equal(usage.tokens, 0)
    for (const name of ['datasets', 'records', 'skillsets', 'abilities', 'files', 'users']) {
      assert.equal(typeof usage.database[name], 'number', name)
    }
  },

  async 'what is deleted takes nothing else along'(contact, space, [full]) {
    await cbk.space.delete(space)
    const roomless = await cbk.conversation.fetch(full)
    assert.equal(roomless.spaceId, undefined)
    await cbk.contact.delete(contact)
    assert.equal((await cbk.conversation.fetch(full)).contactId, undefined)
    assert.ok((await listed(() => cbk.conversation.message.list(full))).length > 0)
    assert.deepEqual(await listed(() => cbk.space.list({ contactId: contact })), [])
  },

  async 'every method was called'() {
    const methods = {
      space: ['create', 'fetch', 'list', 'update', 'delete'],
      contact: ['create', 'ensure', 'fetch', 'list', 'update', 'delete'],
      'contact.space': ['list'],
      'contact.conversation': ['list'],
      conversation: ['create', 'fetch', 'list', 'update', 'delete', 'send', 'receive', 'complete', 'dispatch', 'upvote', 'downvote'],
      'conversation.message': ['create', 'list', 'fetch', 'update', 'delete', 'upvote', 'downvote'],
      'conversation.attachment': ['upload'],
      'conversation.session': ['create'],
      'space.storage': ['list', 'download', 'upload', 'delete', 'copy', 'move'],
      channel: ['publish', 'subscribe'],
      usage: ['fetch'],
    }
    for (const [noun, names] of Object.entries(methods)) {
      for (const name of names) {
        assert.ok(asked.has(`${noun}.${name}`), `${noun}.${name}`)
        // Lists of files have their own page type, which has no stream.
        if (name === 'list' && noun !== 'space.storage') assert.ok(asked.has(`${noun}.${name} streamed`), `${noun}.${name} streamed`)
      }
    }
  },
}

const found = []
let failed = 0
for (const [name, step] of Object.entries(steps)) {
  try {
    const result = await step(...found)
    if (result !== undefined) found.push(result)
    console.log(`ok ${name}`)
  } catch (error) {
    failed += 1
    console.log(`failed ${name}: ${error.stack}`)
    if (['contacts', 'spaces', 'conversations'].includes(name)) break
  }
}
process.exit(failed ? 1 : 0)
