// Tests Parlor with the Node client that ChatBotKit publishes. Every step prints its name when it has passed; the called
// methods are checked at the end.
import { testChannel, testCoverage, testUsage } from './account.mjs'
import { testContacts } from './contacts.mjs'
import { testConversations, testDeletions, testVotes } from './conversations.mjs'
import { rejectsUnknownCallers, testSession } from './credentials.mjs'
import { testAttachment, testSpaceFiles } from './files.mjs'
import { testDispatch, testMessages, testSending } from './messages.mjs'
import { testSpaces } from './spaces.mjs'

/** Ids that later steps use. */
const created = {}
let hasFailed = false

async function run(name, step) {
  try {
    const result = await step(created)
    console.log(`ok ${name}`)
    return result
  } catch (error) {
    hasFailed = true
    console.log(`failed ${name}: ${error.stack}`)
  }
}

/** Runs a step whose result the later ones need. */
async function runOrExit(name, step) {
  const result = await run(name, step)
  if (result === undefined) process.exit(1)
  return result
}

await run('unknown callers', rejectsUnknownCallers)
created.contact = await runOrExit('contacts', testContacts)
created.space = await runOrExit('spaces', testSpaces)
Object.assign(created, await runOrExit('conversations', testConversations))
await run('messages', testMessages)
await run('sending', testSending)
await run('dispatch', testDispatch)
await run('votes', testVotes)
await run('files of a space', testSpaceFiles)
await run('file of a conversation', testAttachment)
await run('session', testSession)
await run('channel', testChannel)
await run('usage', testUsage)
await run('deletions', testDeletions)
await run('every method was called', testCoverage)
process.exit(hasFailed ? 1 : 0)
