// Tests Parlor with the React hooks that ChatBotKit publishes, as a page does: on a conversation with a session's
// token, and without one. TARGET is the server's origin, TOKEN a key of it. Requests are recorded, and the shown state
// is read from the context that the page's components read.
import assert from 'node:assert/strict'
import { createElement, useContext } from 'react'
import renderer from 'react-test-renderer'

// Every request: its path and the status of its answer. The clients use this function from their import on.
const asked = []
const send = globalThis.fetch
globalThis.fetch = async (url, init) => {
  const response = await send(url, init)
  asked.push([new URL(url).pathname, response.status])
  return response
}
const { ConversationContext, ConversationManager } = await import('@chatbotkit/react')
const { ChatBotKit } = await import('@chatbotkit/sdk')

globalThis.IS_REACT_ACT_ENVIRONMENT = true

const { TARGET, TOKEN } = process.env
const cbk = new ChatBotKit({ baseUrl: TARGET, secret: TOKEN, retries: 0 })

/** A page with a conversation manager; gives access to the state that its components see. */
async function page(options) {
  const seen = {}
  function Chat() {
    Object.assign(seen, useContext(ConversationContext))
    return null
  }
  let tree
  await renderer.act(async () => {
    // The hooks include an SDK of their own, which takes an address in these two parts.
    const { host, protocol } = new URL(TARGET)
    tree = renderer.create(createElement(ConversationManager, { host, protocol, ...options }, createElement(Chat)))
  })
  return {
    seen,
    submit: (text) => renderer.act(async () => assert.equal(await seen.submit(text), true)),
    trigger: (name) => renderer.act(async () => assert.equal(await seen.trigger(name), true)),
    close: () => renderer.act(async () => tree.unmount()),
  }
}

/** Without an assistant the request ends cleanly: the page shows the question, and stays usable. */
function ended({ seen }, said) {
  assert.deepEqual(seen.messages.map(({ type, text }) => [type, text]), said.map((text) => ['user', text]))
  assert.deepEqual([seen.thinking, seen.typing, seen.message], [false, false, null])
  assert.equal(seen.error.code, 'NOT_IMPLEMENTED', seen.error)
  assert.ok(seen.error.message)
}

const steps = {
  async 'a conversation with the token of a session'() {
    const conversation = await cbk.conversation.create({ name: 'Parcel', messages: [{ type: 'bot', text: 'Hello' }] })
    const { token } = await cbk.conversation.session.create(conversation.id, {})
    const chat = await page({ conversationId: conversation.id, token })
    assert.deepEqual([chat.seen.messages, chat.seen.error, chat.seen.text], [[], null, ''])
    await chat.submit('Where is it?')
    ended(chat, ['Where is it?'])
    await chat.submit('Still there?')
    ended(chat, ['Where is it?', 'Still there?'])
    await chat.close()
    const path = `/api/v1/conversation/${conversation.id}/complete`
    const completed = asked.filter(([asked]) => asked === path)
    assert.deepEqual(completed, [[path, 501], [path, 501]], 'asked once for each thing said')
    const stored = await cbk.conversation.message.list(conversation.id)
    assert.deepEqual(stored.items.map(({ text }) => text), ['Hello'], 'what is refused stores nothing')
  },

  async 'a token of another conversation'() {
    const [one, other] = [await cbk.conversation.create({}), await cbk.conversation.create({})]
    const { token } = await cbk.conversation.session.create(one.id, {})
    const chat = await page({ conversationId: other.id, token })
    await chat.submit('Hello?')
    assert.equal(chat.seen.error.code, 'NOT_AUTHENTICATED')
    assert.equal(chat.seen.thinking, false)
    await chat.close()
  },

  async 'messages that are not stored'() {
    asked.length = 0
    const chat = await page({ token: TOKEN, backstory: 'a parrot', model: { name: 'm', config: { t: 1 } } })
    await chat.submit('hi')
    ended(chat, ['hi'])
    await chat.trigger('greet')
    ended(chat, ['hi'])
    await chat.close()
    const path = '/api/v1/conversation/complete'
    assert.deepEqual(asked, [[path, 501], [path, 501]])
  },

  async 'the data that a page shows, as the hooks read it'() {
    const contact = await cbk.contact.ensure({ fingerprint: `react-${process.pid}`, name: 'Zoë' })
    const space = await cbk.space.create({ name: 'Support', contactId: contact.id })
    const spoken = [{ type: 'user', text: 'hi' }, { type: 'bot', text: 'Hello 🌞' }]
    const made = await cbk.conversation.create({ spaceId: space.id, contactId: contact.id, messages: spoken })
    const [found] = (await cbk.contact.conversation.list(contact.id)).items
    assert.deepEqual([found.id, found.spaceId], [made.id, space.id])
    const messages = (await cbk.conversation.message.list(found.id)).items
    // The page starts from messages in the manager's format: id, type, text and meta.
    for (const [n, { id, type, text, meta }] of messages.entries()) {
      assert.deepEqual({ type, text }, spoken[n])
      assert.ok(id && typeof meta === 'object')
    }
  },
}

let failed = 0
for (const [name, step] of Object.entries(steps)) {
  try {
    await step()
    console.log(`ok ${name}`)
  } catch (error) {
    failed += 1
    console.log(`failed ${name}: ${error.stack}`)
  }
}
process.exit(failed ? 1 : 0)
