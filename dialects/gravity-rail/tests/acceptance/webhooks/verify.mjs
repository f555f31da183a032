// Verifies the standard's signature of a webhook by a library for Node.js.

import { createRequire } from "node:module";
import { join } from "node:path";

const packages =
  process.env.PARLOR_TEST_NODE_CLIENTS ??
  join(import.meta.dirname, "../../../../../target/xtask/node");
const { Webhook } = createRequire(join(packages, "node_modules/"))("standardwebhooks");

const { headers, body, secrets } = JSON.parse(process.env.WEBHOOK);
const isValid = (secret) => {
  try {
    new Webhook(secret).verify(body, headers);
    return true;
  } catch (error) {
    if (error.name !== "WebhookVerificationError" && error.constructor.name !== "WebhookVerificationError") throw error;
    return false;
  }
};
console.log(JSON.stringify(secrets.map(isValid)));
