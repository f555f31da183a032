// Contacts.
import assert from 'node:assert/strict'
import { assertRejected, assertTimes, cbk, ids, listAll, tag } from './client.mjs'

/** Returns the id of a contact. */
export async function testContacts() {
  const made = await cbk.contact.ensure({ fingerprint: tag, name: 'Zoë', meta: { tag } })
  assert.deepEqual(Object.keys(made), ['id'])
  assert.equal((await cbk.contact.ensure({ fingerprint: tag, name: 'Somebody else' })).id, made.id)
  assert.equal((await cbk.contact.create({ fingerprint: tag })).id, made.id)
  const many = Array.from({ length: 10 }, () => cbk.contact.ensure({ fingerprint: `${tag}-many` }))
  assert.equal(new Set(ids(await Promise.all(many))).size, 1)

  const one = await cbk.contact.fetch(made.id)
  assert.deepEqual([one.id, one.name, one.fingerprint, one.meta], [made.id, 'Zoë', tag, { tag }])
  assertTimes(one)

  const fields = { name: 'Zoë Ñandú', description: '"quoted", 中文', email: 'zoe@example.org', phone: '+12025550123', nick: 'z', preferences: 'tea' }
  assert.equal((await cbk.contact.update(made.id, { ...fields, meta: { tag: null, desk: 7 } })).id, made.id)
  const after = await cbk.contact.fetch(made.id)
  for (const [name, value] of Object.entries(fields)) assert.equal(after[name], value, name)
  assert.deepEqual(after.meta, { desk: 7 })

  const anonymous = [await cbk.contact.create({ name: 'one' }), await cbk.contact.create({ name: 'two' })]
  assert.notEqual(anonymous[0].id, anonymous[1].id)
  const all = await listAll(() => cbk.contact.list())
  for (const { id } of [made, ...anonymous]) assert.ok(ids(all).includes(id))
  assert.deepEqual(ids(await listAll(() => cbk.contact.list({ meta: { desk: 7 } }))), [made.id])
  assert.deepEqual(ids(await listAll(() => cbk.contact.list({ order: 'asc' }))), ids(all).reverse())

  for (const { id } of anonymous) {
    assert.equal((await cbk.contact.delete(id)).id, id)
    await assertRejected(() => cbk.contact.fetch(id), 'NOT_FOUND')
    await assertRejected(() => cbk.contact.update(id, { name: 'back' }), 'NOT_FOUND')
    await assertRejected(() => cbk.contact.delete(id), 'NOT_FOUND')
  }
  await assertRejected(() => cbk.contact.create({ email: 'not an address' }), 'BAD_REQUEST')
  await assertRejected(() => cbk.contact.update(made.id, { fingerprint: `${tag}-many` }), 'CONFLICT')
  return made.id
}
