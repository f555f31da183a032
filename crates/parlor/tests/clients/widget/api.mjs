// The calls of the widget, with strict checks of their answers.

// A refused credential: the page shows the banner.
export class SessionExpired extends Error {}

// A field that must be present, possibly null. Dots separate nested fields.
export function read(value, path) {
  return path.split(".").reduce((object, name) => {
    if (object === null || typeof object !== "object" || !(name in object)) {
      throw new Error(`${path} is missing in ${JSON.stringify(value)}`);
    }
    return object[name];
  }, value);
}

export function readText(value, path) {
  const text = read(value, path);
  if (typeof text !== "string") throw new Error(`${path} is no text in ${JSON.stringify(value)}`);
  return text;
}

export class Api {
  token = null;
  // The calls, for tests: method and path without the query.
  calls = [];

  constructor(base) {
    this.base = base;
  }

  // The response, after a check of its status.
  async send(method, path, body) {
    const polls = method === "GET" && path.includes("/messages?");
    if (!polls) this.calls.push(`${method} ${path.split("?")[0]}`);
    const headers = { "x-sharely-environment": "PUBLISHED" };
    if (this.token) headers.authorization = `Bearer ${this.token}`;
    if (body) headers["content-type"] = "application/json";
    const response = await fetch(this.base + path, { method, headers, body: body && JSON.stringify(body) });
    if (response.status === 401) throw new SessionExpired(path);
    if (!response.ok) throw new Error(`${method} ${path}: ${response.status} ${await response.text()}`);
    return response;
  }

  async json(method, path, body) {
    return (await this.send(method, path, body)).json();
  }

  get = (path) => this.json("GET", path);
  post = (path, body) => this.json("POST", path, body);
}
