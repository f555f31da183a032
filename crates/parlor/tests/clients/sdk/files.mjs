// Files of spaces and of conversations.
import assert from 'node:assert/strict'
import { assertRejected, cbk, unknownIds } from './client.mjs'

/** Uploads, downloads, lists, copies, moves and deletes files. */
export async function testSpaceFiles({ space }) {
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
  await assertRejected(() => cbk.space.storage.download(space, 'big.bin'), 'NOT_FOUND')
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
  await assertRejected(() => cbk.space.storage.download(space, 'copy.txt'), 'NOT_FOUND')
  await assertRejected(() => cbk.space.storage.delete(space, 'reports'), 'BAD_REQUEST')
  assert.deepEqual(await cbk.space.storage.delete(space, 'reports', { recursive: true }), { path: 'reports' })
  assert.deepEqual(await cbk.space.storage.delete(space, 'a/b.txt'), { path: 'a/b.txt' })
  await assertRejected(() => cbk.space.storage.delete(space, 'a/b.txt'), 'NOT_FOUND')
  await assertRejected(() => cbk.space.storage.upload(space, 'a\\b', { file }), 'BAD_REQUEST')
  await assertRejected(() => cbk.space.storage.list(unknownIds.space), 'NOT_FOUND')
}

/** Uploads a file to a conversation. */
export async function testAttachment({ full }) {
  const data = Buffer.from('three little words')
  const { id } = await cbk.conversation.attachment.upload(full, { data, type: 'text/plain', name: 'words.txt' })
  assert.ok(id.startsWith('file_'))
}
