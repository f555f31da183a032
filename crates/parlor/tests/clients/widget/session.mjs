// Sign-in: the four ways in which a page and the widget obtain a token and a space.
import { read, readText } from "./api.mjs";

const KEPT_TOKEN = "widget-token";

// The first call, without a credential: the public description of the workspace.
export async function loadWorkspace(api, { workspace }) {
  const found = await api.get(`/workspaces/${workspace}`);
  for (const name of ["id", "organizationId", "organizationName", "webControlStartMode"]) readText(found, name);
  for (const name of ["photo", "defaultSpaceName", "description", "spaceStyling", "verificationSpace"]) read(found, name);
  if (readText(found, "rbacStatus") === "ACTIVE") throw new Error("This workspace asks for a role");
  return readText(found, "name");
}

// Sets the token of the calls and returns the space.
export async function signIn(api, page) {
  if (page.token && page.space) {
    api.token = page.token;
    return page.space;
  }
  if (page.token) {
    api.token = page.token;
    return (await validate(api)) ?? (await ownSpace(api, page)) ?? createSpace(api, page);
  }
  api.token = localStorage.getItem(KEPT_TOKEN);
  return api.token ? validate(api) : createSpace(api, page);
}

// Drops every token, and requests a space as an anonymous visitor.
export async function beginAnew(api, page) {
  localStorage.removeItem(KEPT_TOKEN);
  api.token = null;
  return createSpace(api, { workspace: page.workspace });
}

async function validate(api) {
  const valid = await api.post("/spaces/validate-temporal-token");
  if ("error" in valid) throw new Error(valid.error);
  read(valid, "temporalUserId");
  return read(valid, "spaceId");
}

// The first of the spaces in which the user is a guest.
async function ownSpace(api, { workspace }) {
  const query = new URLSearchParams({
    roles: JSON.stringify(["GUEST"]),
    sortBy: "desc",
    lastMessageSortBy: "true",
    workspaces: JSON.stringify([workspace]),
  });
  const spaces = await api.get(`/spaces?${query}`);
  if (!Array.isArray(spaces)) throw new Error("the spaces are no array");
  return spaces.length ? readText(spaces[0], "id") : null;
}

async function createSpace(api, { workspace, user }) {
  const body = { customSource: "WEB_CONTROL", externalUserId: user };
  const created = await api.post(`/workspaces/${workspace}/spaces`, body);
  readText(created, "temporalUserId");
  api.token = readText(created, "token");
  localStorage.setItem(KEPT_TOKEN, api.token);
  return readText(created, "id");
}
