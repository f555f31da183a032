// Messages, and calls that need an assistant.
import assert from 'node:assert/strict'
import { assertRejected, assertTimes, cbk, ids, listAll, listPages, tag } from './client.mjs'

/** Creates a message of each type, lists, edits and deletes them. */
export async function testMessages({ full, bare }) {
  const types = ['user', 'bot', 'reasoning', 'context', 'instruction', 'backstory', 'activity', 'checkpoint']
  const made = []
  for (const type of types) {
    const answer = await cbk.conversation.message.create(bare, { type, text: `${type} ✓`, meta: { tag, type } })
    assert.deepEqual(answer.entities, [])
    made.push(answer.id)
  }
  const list = (request) => () => cbk.conversation.message.list(bare, request)
  const all = await listAll(list())
  assert.deepEqual(ids(all), made, 'oldest first, unlike all other lists')
  assert.deepEqual(all.map((message) => message.type), types)
  assert.deepEqual(ids(await listAll(list({ order: 'desc' }))), made.toReversed())
  assert.deepEqual(ids(await listAll(list({ meta: { type: 'bot' } }))), [made[1]])
  assert.deepEqual(ids(await listPages((page) => cbk.conversation.message.list(bare, page), 3)), made)

  const one = await cbk.conversation.message.fetch(bare, made[0])
  assert.deepEqual([one.id, one.type, one.text, one.meta], [made[0], 'user', 'user ✓', { tag, type: 'user' }])
  assertTimes(one)
  assert.equal((await cbk.conversation.message.update(bare, made[0], { text: 'edited', meta: { type: null } })).id, made[0])
  const after = await cbk.conversation.message.fetch(bare, made[0])
  assert.deepEqual([after.type, after.text, after.meta], ['user', 'edited', { tag }])

  for (const call of ['fetch', 'delete']) await assertRejected(() => cbk.conversation.message[call](full, made[0]), 'NOT_FOUND')
  await assertRejected(() => cbk.conversation.message.update(full, made[0], { text: 'x' }), 'NOT_FOUND')
  assert.equal((await cbk.conversation.message.delete(bare, made[0])).id, made[0])
  await assertRejected(() => cbk.conversation.message.fetch(bare, made[0]), 'NOT_FOUND')
  assert.deepEqual(ids(await listAll(list())), made.slice(1))
  await assertRejected(() => cbk.conversation.message.create(bare, { text: 'no type' }), 'BAD_REQUEST')
  await assertRejected(() => cbk.conversation.message.create(bare, { type: 'user' }), 'BAD_REQUEST')
  await assertRejected(() => cbk.conversation.message.create(bare, { type: 'shout', text: 'x' }), 'BAD_REQUEST')
}

/** Calls that need an assistant are assertRejected and store nothing. */
export async function testSending({ full }) {
  const sent = await cbk.conversation.send(full, { text: 'Any news?' })
  assert.deepEqual(sent.entities, [])
  const message = await cbk.conversation.message.fetch(full, sent.id)
  assert.deepEqual([message.type, message.text], ['user', 'Any news?'])
  await assertRejected(() => cbk.conversation.send(full, {}), 'BAD_REQUEST')
  const before = await listAll(() => cbk.conversation.message.list(full))
  assert.equal(before.at(-1).id, sent.id)
  await assertRejected(() => cbk.conversation.receive(full, {}), 'NOT_IMPLEMENTED')
  await assertRejected(() => cbk.conversation.complete(full, { text: 'Well?' }), 'NOT_IMPLEMENTED')
  await assertRejected(() => cbk.conversation.complete(null, { messages: [{ type: 'user', text: 'hi' }] }), 'NOT_IMPLEMENTED')
  for (const call of [() => cbk.conversation.receive(full, {}), () => cbk.conversation.complete(full, { text: 'Well?' })]) {
    await assert.rejects(async () => {
      for await (const _event of call().stream());
    }, { code: 'NOT_IMPLEMENTED' })
  }
  assert.deepEqual(await listAll(() => cbk.conversation.message.list(full)), before, 'what is assertRejected stores nothing')
}

/** A dispatched completion needs an assistant too. */
export async function testDispatch({ full }) {
  await assertRejected(() => cbk.conversation.dispatch(full, { text: 'Later' }), 'NOT_IMPLEMENTED')
  await assertRejected(() => cbk.conversation.dispatch(null, { messages: [{ type: 'user', text: 'hi' }] }), 'NOT_IMPLEMENTED')
}
