// Runs the live tests in Node.js, whose versions before 22 have no `WebSocket`.
import { createRequire } from "node:module";
import process from "node:process";

import { runLiveTests } from "./live.js";

const { WebSocket } = createRequire(`${process.env.PARLOR_NODE_MODULES}/`)("ws");
const { TARGET: url, TOKEN: key, FOREIGN_TOKEN: foreignKey } = process.env;
for (const line of await runLiveTests({ url, key, foreignKey, environment: { WebSocket } })) console.log(line);
