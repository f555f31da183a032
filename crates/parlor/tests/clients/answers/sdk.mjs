// `conversation.complete` and `conversation.receive` of the SDK, awaited and streamed, with and without a conversation.
import assert from 'node:assert/strict'
import { ChatBotKit } from '@chatbotkit/sdk'

const { TARGET, TOKEN } = process.env
export const cbk = new ChatBotKit({ baseUrl: TARGET, secret: TOKEN, retries: 0 })

/** Returns type and text of a conversation's messages. */
export async function stored(conversation) {
  const { items } = await cbk.conversation.message.list(conversation)
  return items.map(({ type, text }) => [type, text])
}

/** Returns the events of a call. */
async function eventsOf(call) {
  const events = []
  for await (const event of call.stream()) events.push(event)
  return events
}

/** Checks an answer that was awaited. */
function assertAnswer(answer, text) {
  assert.equal(answer.text, text)
  assert.deepEqual(answer.end, { reason: 'stop' })
  assert.ok(answer.usage.token > 0)
}

/** Checks the events of an answer: its parts joined, its message and its result are the text. */
function assertEvents(events, text) {
  const of = (type) => events.filter((event) => event.type === type).map(({ data }) => data)
  const tokens = of('token').map(({ token }) => token)
  assert.ok(tokens.length > 0, JSON.stringify(events))
  assert.equal(tokens.join(''), text)
  assert.deepEqual(of('message').map(({ type, text }) => [type, text]), [['bot', text]])
  assert.equal(events.at(-1).type, 'result')
  assertAnswer(events.at(-1).data, text)
}

const said = [{ type: 'user', text: 'a' }, { type: 'bot', text: 'b' }, { type: 'user', text: 'où est-il 🌞' }]

export const sdkSteps = {
  async 'complete, awaited and streamed'() {
    const { id } = await cbk.conversation.create({})
    const answer = await cbk.conversation.complete(id, { text: 'Where is it?' })
    assertAnswer(answer, 'You said: Where is it?')
    const message = await cbk.conversation.message.fetch(id, answer.id)
    assert.deepEqual([message.type, message.text], ['bot', answer.text])
    const slow = '/slow 5\nfive words in many parts'
    assertEvents(await eventsOf(cbk.conversation.complete(id, { text: slow })), 'You said: five words in many parts')
    assert.deepEqual(await stored(id), [
      ['user', 'Where is it?'],
      ['bot', 'You said: Where is it?'],
      ['user', slow],
      ['bot', 'You said: five words in many parts'],
    ])
  },

  async 'send and receive, awaited and streamed'() {
    const { id } = await cbk.conversation.create({ messages: said })
    assertAnswer(await cbk.conversation.receive(id, {}), 'You said: où est-il 🌞')
    await cbk.conversation.send(id, { text: 'and now' })
    assertEvents(await eventsOf(cbk.conversation.receive(id, {})), 'You said: and now')
    assert.equal((await stored(id)).length, 6)
  },

  async 'complete without a conversation, awaited and streamed'() {
    const before = (await cbk.conversation.list({})).items.length
    assertAnswer(await cbk.conversation.complete(null, { messages: said }), 'You said: où est-il 🌞')
    assertEvents(await eventsOf(cbk.conversation.complete(null, { messages: said })), 'You said: où est-il 🌞')
    assert.equal((await cbk.conversation.list({})).items.length, before, 'nothing is stored')
  },

  async 'an answer that fails'() {
    const { id } = await cbk.conversation.create({})
    const failing = { text: '/fail unauthorized' }
    await assert.rejects(async () => cbk.conversation.complete(id, failing), { code: 'ASSISTANT_FAILED' })
    const broken = await eventsOf(cbk.conversation.complete(id, { text: '/fail malformed 2\nso it goes on' }))
    assert.equal(broken.at(-1).type, 'error', JSON.stringify(broken))
    assert.ok((await stored(id)).every(([type]) => type === 'user'))
    assertAnswer(await cbk.conversation.complete(id, { text: 'again' }), 'You said: again')
  },

  async 'the iteration of a stream that is given up'() {
    const { id } = await cbk.conversation.create({})
    for await (const event of cbk.conversation.complete(id, { text: '/slow 5\na reader that goes away' }).stream()) {
      if (event.type === 'token') break
    }
    // The answer goes on, and what is asked next is answered after it.
    assertAnswer(await cbk.conversation.complete(id, { text: 'next' }), 'You said: next')
    const bots = (await stored(id)).filter(([type]) => type === 'bot').map(([, text]) => text)
    assert.deepEqual(bots, ['You said: a reader that goes away', 'You said: next'])
  },
}
