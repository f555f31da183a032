// Credentials: unknown keys, child accounts, session tokens.
import assert from 'node:assert/strict'
import { ChatBotKit } from '@chatbotkit/sdk'
import { TOKEN, assertRejected, cbk, options } from './client.mjs'

/** Keys that are unknown, and clients that act for a child account. */
export async function rejectsUnknownCallers() {
  for (const secret of ['sk-parlor-nobody', 'x']) {
    const other = new ChatBotKit({ ...options, secret })
    await assertRejected(() => other.space.list(), 'NOT_AUTHENTICATED')
    await assertRejected(() => other.conversation.create({}), 'NOT_AUTHENTICATED')
  }
  for (const runAs of [{ runAsUserId: 'user_1' }, { runAsChildUserEmail: 'child@example.org' }]) {
    const other = new ChatBotKit({ ...options, ...runAs, secret: TOKEN })
    await assertRejected(() => other.space.create({ name: 'for a child' }), 'NOT_AUTHENTICATED')
  }
  const elsewhere = new ChatBotKit({ ...options, secret: TOKEN, timezone: 'Europe/Berlin' })
  assert.ok(Array.isArray((await elsewhere.space.list()).items))
}

/** A session token completes its own conversation and nothing else. */
export async function testSession({ full, bare }) {
  const session = await cbk.conversation.session.create(full, { durationInSeconds: 1800 })
  assert.deepEqual(Object.keys(session).sort(), ['expiresAt', 'id', 'token'])
  assert.equal(session.id, full)
  assert.equal(typeof session.expiresAt, 'number')
  assert.ok(new Date(session.expiresAt).getTime() > 0)
  const page = new ChatBotKit({ ...options, secret: session.token })
  await assertRejected(() => page.conversation.complete(full, { text: 'Well?' }), 'NOT_IMPLEMENTED')
  await assert.rejects(async () => {
    for await (const _event of page.conversation.complete(full, { text: 'Well?' }).stream());
  }, { code: 'NOT_IMPLEMENTED' })
  await assertRejected(() => page.conversation.complete(bare, { text: 'Well?' }), 'NOT_AUTHENTICATED')
  await assertRejected(() => page.conversation.fetch(full), 'NOT_AUTHENTICATED')
  await assertRejected(() => page.conversation.session.create(full, {}), 'NOT_AUTHENTICATED')
  await assertRejected(() => cbk.conversation.session.create(full, { durationInSeconds: 1 }), 'BAD_REQUEST')
}
