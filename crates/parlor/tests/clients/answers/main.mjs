// Tests Parlor's answers with the Node packages that ChatBotKit publishes. The assistant repeats what a person says.
// TARGET is the server's origin, TOKEN a key of it. Every step prints its name when it has passed.
import { sdkSteps } from './sdk.mjs'
import { reactSteps } from './react.mjs'

let failed = 0
for (const [name, step] of Object.entries({ ...sdkSteps, ...reactSteps })) {
  try {
    await step()
    console.log(`ok ${name}`)
  } catch (error) {
    failed += 1
    console.log(`failed ${name}: ${error.stack}`)
  }
}
process.exit(failed ? 1 : 0)
