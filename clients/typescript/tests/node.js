// Runs the tests that need no server, in Node.js; prints a line for each.
import { readFile } from "node:fs/promises";

import { runAnswerTests } from "./answers.js";
import { runScenarios } from "./conformance.js";

const scenarios = new URL("../../conformance/scenarios.json", import.meta.url);
const lines = [...runAnswerTests(), ...(await runScenarios(JSON.parse(await readFile(scenarios, "utf8"))))];
for (const line of lines) console.log(line);
