// Conversations, votes on them, and what remains of them after deletions.
import assert from 'node:assert/strict'
import { assertRejected, assertTimes, cbk, ids, listAll, listPages, tag, unknownIds } from './client.mjs'

/** Returns the ids of a conversation with messages and of an empty one. */
export async function testConversations({ contact, space }) {
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
  assertTimes(one)
  const parrot = await cbk.conversation.fetch(modelled.id)
  assert.deepEqual([parrot.model, parrot.backstory], ['m/t=1', 'a parrot'])

  assert.equal((await cbk.conversation.update(full.id, { name: 'Found', meta: { n: null, m: [2] } })).id, full.id)
  const after = await cbk.conversation.fetch(full.id)
  assert.deepEqual([after.name, after.description, after.meta], ['Found', 'where is it', { tag, m: [2] }])
  assert.equal((await cbk.conversation.update(bare.id, { contactId: contact })).id, bare.id)

  const all = await listAll(() => cbk.conversation.list({ order: 'asc' }))
  const mine = ids(all).filter((id) => [full.id, bare.id, modelled.id].includes(id))
  assert.deepEqual(mine, [full.id, bare.id, modelled.id])
  assert.deepEqual(ids(await listAll(() => cbk.conversation.list({ spaceId: space }))), [full.id])
  assert.deepEqual(ids(await listAll(() => cbk.conversation.list({ meta: { tag } }))), [full.id])
  const theirs = () => cbk.contact.conversation.list(contact, { order: 'asc' })
  assert.deepEqual(ids(await listAll(theirs)), [full.id, bare.id])
  const paged = await listPages((page) => cbk.conversation.list({ order: 'asc', ...page }), 2)
  assert.deepEqual(ids(paged), ids(all))
  await assertRejected(() => cbk.contact.conversation.list(unknownIds.contact), 'NOT_FOUND')

  assert.equal((await cbk.conversation.delete(modelled.id)).id, modelled.id)
  for (const call of ['fetch', 'delete']) await assertRejected(() => cbk.conversation[call](modelled.id), 'NOT_FOUND')
  await assertRejected(() => cbk.conversation.update(modelled.id, {}), 'NOT_FOUND')
  await assertRejected(() => cbk.conversation.message.list(modelled.id), 'NOT_FOUND')
  await assertRejected(() => cbk.conversation.create({ spaceId: unknownIds.space }), 'NOT_FOUND')
  await assertRejected(() => cbk.conversation.create({ contactId: unknownIds.contact }), 'NOT_FOUND')
  await assertRejected(() => cbk.conversation.create({ messages: [{ type: 'nonsense', text: 'x' }] }), 'BAD_REQUEST')
  await assertRejected(() => cbk.conversation.create({ messages: [{ type: 'user', text: 'kept?' }, { type: 'user' }] }), 'BAD_REQUEST')
  assert.deepEqual(ids(await listAll(() => cbk.conversation.list({ order: 'asc' }))), mine.length ? ids(all).filter((id) => id !== modelled.id) : [])
  return { full: full.id, bare: bare.id }
}

/** Votes on a message and on a conversation. */
export async function testVotes({ full }) {
  const { id } = await cbk.conversation.message.create(full, { type: 'bot', text: 'It is on its way.' })
  assert.equal((await cbk.conversation.message.upvote(full, id, { value: 80, reason: 'clear' })).id, id)
  assert.equal((await cbk.conversation.message.downvote(full, id, {})).id, id)
  assert.equal((await cbk.conversation.upvote(full, { value: 90, reason: 'kind' })).id, full)
  assert.equal((await cbk.conversation.downvote(full, {})).id, full)
  await assertRejected(() => cbk.conversation.upvote('conversation_nobody', {}), 'NOT_FOUND')
  await assertRejected(() => cbk.conversation.message.upvote(full, id, { value: 1000 }), 'BAD_REQUEST')
  await assertRejected(() => cbk.conversation.message.downvote(full, id.replace(/.$/, '0').replace(/..$/, '00'), {}), 'NOT_FOUND')
}

/** Deleting a space or a contact keeps its conversations. */
export async function testDeletions({ contact, space, full }) {
  await cbk.space.delete(space)
  const roomless = await cbk.conversation.fetch(full)
  assert.equal(roomless.spaceId, undefined)
  await cbk.contact.delete(contact)
  assert.equal((await cbk.conversation.fetch(full)).contactId, undefined)
  assert.ok((await listAll(() => cbk.conversation.message.list(full))).length > 0)
  assert.deepEqual(await listAll(() => cbk.space.list({ contactId: contact })), [])
}
