// A receiver of webhooks, which answers as a check says.
import { createHmac, timingSafeEqual } from "node:crypto";
import { createServer } from "node:http";

export class Receiver {
  /** What it answers: a status, or a promise of one. */
  answer = 200;
  /** Requests: `{id, body, signature}`. */
  requests = [];

  static async begin() {
    const receiver = new Receiver();
    receiver.server = createServer(async (request, response) => {
      let body = "";
      for await (const part of request) body += part;
      const { "webhook-id": id, "x-webhook-signature": signature } = request.headers;
      const answer = receiver.answer;
      receiver.requests.push({ id, body, signature });
      response.writeHead(await answer, { "content-type": "text/plain" });
      response.end("<b>taken</b>");
    });
    await new Promise((resolve) => receiver.server.listen(0, "127.0.0.1", resolve));
    receiver.url = `http://127.0.0.1:${receiver.server.address().port}/hook?token=private`;
    return receiver;
  }

  end() {
    this.server.closeAllConnections();
    this.server.close();
  }
}

/** Whether a request is signed with a secret. */
export function isGenuine({ body, signature }, secret) {
  const [, time, hash] = /^t=(\d+),v1=([0-9a-f]{64})$/.exec(signature) ?? [];
  if (!hash) return false;
  const expected = createHmac("sha256", secret).update(`${time}.${body}`).digest();
  return timingSafeEqual(expected, Buffer.from(hash, "hex"));
}
