// The hooks and the `complete` action of the React package, run without a browser.
import assert from 'node:assert/strict'
import { createElement, useContext } from 'react'
import renderer from 'react-test-renderer'
import { ConversationContext, ConversationManager } from '@chatbotkit/react'
import complete, { streamComplete } from '@chatbotkit/react/actions/complete.js'
import { cbk, stored } from './sdk.mjs'

globalThis.IS_REACT_ACT_ENVIRONMENT = true

const { TARGET, TOKEN } = process.env

/** A page with a conversation manager; gives access to the state that its components see. */
async function page(options) {
  const seen = { texts: [] }
  function Chat() {
    Object.assign(seen, useContext(ConversationContext))
    if (seen.message) seen.texts.push(seen.message.text)
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

/** Asks twice and checks what the page shows. */
async function assertAnswers(chat) {
  await chat.submit('/slow 5\none two three')
  await chat.submit('and four')
  const { seen } = chat
  assert.equal(seen.error, null, seen.error?.message)
  assert.deepEqual(seen.messages.map(({ type, text }) => [type, text]), [
    ['user', '/slow 5\none two three'],
    ['bot', 'You said: one two three'],
    ['user', 'and four'],
    ['bot', 'You said: and four'],
  ])
  assert.deepEqual([seen.thinking, seen.typing, seen.message], [false, false, null])
  assert.ok(seen.texts.includes('You said: one two three'), 'the text under way was shown')
  await chat.close()
}

export const reactSteps = {
  async 'hooks on a conversation, with the token of a session'() {
    const { id } = await cbk.conversation.create({})
    const { token } = await cbk.conversation.session.create(id, {})
    await assertAnswers(await page({ conversationId: id, token }))
    assert.deepEqual((await stored(id)).map(([type]) => type), ['user', 'bot', 'user', 'bot'])
  },

  async 'hooks without a conversation'() {
    await assertAnswers(await page({ token: TOKEN, backstory: 'a parrot' }))
  },

  async 'hooks that trigger a function'() {
    const chat = await page({ token: TOKEN })
    await chat.submit('hi')
    await chat.trigger('greet')
    assert.equal(chat.seen.error, null, chat.seen.error?.message)
    assert.deepEqual(chat.seen.messages.map(({ text }) => text), ['hi', 'You said: hi', 'You said: hi'])
    await chat.close()
  },

  async 'hooks with an action of the server as endpoint'() {
    const endpoint = ({ messages }) => streamComplete({ client: cbk.conversation, messages })
    await assertAnswers(await page({ endpoint }))
  },

  async 'the complete action'() {
    const messages = [{ type: 'user', text: 'hi' }]
    const events = []
    for await (const event of complete({ client: cbk.conversation, messages })) events.push(event)
    const shown = events.filter(({ type }) => type === 'message').map(({ data }) => data.text)
    assert.deepEqual([shown, events.at(-1).type], [['You said: hi'], 'result'])
  },
}
