// Node.js's EventSource behind a proxy that adds the credentials, which an EventSource cannot, and that breaks the
// connection now and then.
import http from "node:http";
import process from "node:process";

const { PARLOR_URL, PARLOR_PATH, PARLOR_BEARER, PARLOR_EVENT, PARLOR_COUNT, PARLOR_BREAK } = process.env;
const target = new URL(PARLOR_URL);
const count = Number(PARLOR_COUNT);
const every = Number(PARLOR_BREAK);

const between = http.createServer((request, response) => {
  const headers = { authorization: `Bearer ${PARLOR_BEARER}`, accept: request.headers.accept };
  const last = request.headers["last-event-id"];
  if (last !== undefined) headers["last-event-id"] = last;
  const options = { host: target.hostname, port: target.port, path: request.url, headers };
  const onward = http.get(options, (answer) => {
    response.writeHead(answer.statusCode, answer.headers);
    let rest = "";
    let passed = 0;
    answer.setEncoding("utf8");
    answer.on("data", (text) => {
      rest += text;
      for (let end = rest.indexOf("\n\n"); end >= 0 && passed < every; end = rest.indexOf("\n\n")) {
        const event = rest.slice(0, end + 2);
        rest = rest.slice(end + 2);
        passed += event.includes(`event: ${PARLOR_EVENT}\n`) ? 1 : 0;
        response.write(event, () => passed >= every && response.destroy());
      }
    });
    answer.on("error", () => response.destroy());
  });
  onward.on("error", () => response.destroy());
  response.on("close", () => onward.destroy());
});

between.listen(0, "127.0.0.1", () => {
  const source = new EventSource(`http://127.0.0.1:${between.address().port}${PARLOR_PATH}?last_event_id=0`);
  const heard = [];
  let opened = 0;
  source.addEventListener("stream:opened", () => (opened += 1));
  source.addEventListener(PARLOR_EVENT, (event) => {
    heard.push(JSON.parse(event.data).content);
    if (heard.length >= count) {
      source.close();
      between.close();
      console.log(JSON.stringify({ heard, opened }));
      process.exit(0);
    }
  });
});
