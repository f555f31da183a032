// Spaces.
import assert from 'node:assert/strict'
import { assertRejected, assertTimes, cbk, ids, listAll, listPages, tag, unknownIds } from './client.mjs'

/** Returns the id of a space of the contact. */
export async function testSpaces({ contact }) {
  const made = []
  for (let n = 0; n < 5; n++) {
    const { id } = await cbk.space.create({ name: `s${n}`, description: 'ü', contactId: contact, meta: { tag, n } })
    made.push(id)
  }
  assert.equal((await cbk.space.update(made[0], { meta: { n: null, extra: 'x', deep: { a: [1, null] } } })).id, made[0])
  const one = await cbk.space.fetch(made[0])
  assert.deepEqual(one.meta, { tag, extra: 'x', deep: { a: [1, null] } })
  assert.deepEqual([one.name, one.description, one.contactId], ['s0', 'ü', contact])
  assertTimes(one)

  const mine = { meta: { tag }, order: 'asc' }
  assert.deepEqual(ids(await listPages((page) => cbk.space.list({ ...mine, ...page }), 2)), made)
  assert.deepEqual(ids(await listAll(() => cbk.space.list(mine))), made)
  assert.deepEqual(ids(await listAll(() => cbk.space.list({ contactId: contact, order: 'asc' }))), made)
  assert.deepEqual(await listAll(() => cbk.space.list({ contactId: unknownIds.contact })), [])
  assert.deepEqual(ids(await listAll(() => cbk.contact.space.list(contact, { order: 'asc' }))), made)
  assert.deepEqual(ids(await listAll(() => cbk.contact.space.list(contact, { meta: { n: 3 } }))), [made[3]])
  await assertRejected(() => cbk.contact.space.list(unknownIds.contact), 'NOT_FOUND')

  assert.equal((await cbk.space.update(made[1], { contactId: null, name: null })).id, made[1])
  const loose = await cbk.space.fetch(made[1])
  assert.deepEqual([loose.contactId, loose.name], [undefined, undefined])

  assert.equal((await cbk.space.delete(made[4])).id, made[4])
  await assertRejected(() => cbk.space.fetch(made[4]), 'NOT_FOUND')
  await assertRejected(() => cbk.space.update(made[4], {}), 'NOT_FOUND')
  await assertRejected(() => cbk.space.delete(made[4]), 'NOT_FOUND')
  await assertRejected(() => cbk.space.create({ contactId: unknownIds.contact }), 'NOT_FOUND')
  await assertRejected(() => cbk.space.create({ meta: ['no', 'object'] }), 'BAD_REQUEST')
  await assertRejected(() => cbk.space.fetch('space_1/../x'), 'NOT_FOUND')
  return made[0]
}
