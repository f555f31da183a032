// Channels, usage, and which methods were called.
import assert from 'node:assert/strict'
import { assertRejected, calledMethods, cbk, tag } from './client.mjs'

/** Subscribes to a channel with its history. */
export async function testChannel() {
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
  await assertRejected(() => cbk.channel.publish('short', { message: {} }), 'BAD_REQUEST')
}

/** Counts of the account. */
export async function testUsage() {
  const usage = await cbk.usage.fetch()
  assert.ok(usage.conversations >= 2 && usage.messages > 0, JSON.stringify(usage))
  assert.equal(usage.tokens, 0)
  for (const name of ['datasets', 'records', 'skillsets', 'abilities', 'files', 'users']) {
    assert.equal(typeof usage.database[name], 'number', name)
  }
}

/** Every method of the SDK that this server supports was called, and every list streamed. */
export async function testCoverage() {
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
      assert.ok(calledMethods.has(`${noun}.${name}`), `${noun}.${name}`)
      // Lists of files have their own page type, which has no stream.
      if (name === 'list' && noun !== 'space.storage') assert.ok(calledMethods.has(`${noun}.${name} streamed`), `${noun}.${name} streamed`)
    }
  }
}
