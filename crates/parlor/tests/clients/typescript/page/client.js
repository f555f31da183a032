// Runs the scenarios, and a conversation with the server, in a browser.
import { runAnswerTests } from "/clients/typescript/tests/answers.js";
import { runScenarios } from "/clients/typescript/tests/conformance.js";
import { runLiveTests } from "/clients/typescript/tests/live.js";

try {
  const scenarios = await fetch("/clients/conformance/scenarios.json");
  const settings = JSON.parse(decodeURIComponent(location.hash.slice(1)));
  const lines = [...runAnswerTests(), ...(await runScenarios(await scenarios.json()))];
  lines.push(...(await runLiveTests(settings)));
  document.body.textContent = lines.join("\n");
} catch (error) {
  document.body.textContent = `failed ${error.stack}`;
}
document.body.dataset.state = "done";
