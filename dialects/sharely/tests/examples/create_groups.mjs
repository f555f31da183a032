// One token, many groups: one by name, one without, a list of topics, and a session named by its day.
const { SHARELY_URL, SHARELY_API_KEY, SHARELY_WORKSPACE, SHARELY_ORGANIZATION, SHARELY_SPACE } = process.env;

async function send(path, headers, body) {
  const response = await fetch(SHARELY_URL + path, {
    method: 'POST',
    headers: { 'Content-Type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });
  if (!response.ok) {
    throw new Error(`${response.status} ${await response.text()}`);
  }
  return response.json();
}

const exchanged = await send(
  `/workspaces/${SHARELY_WORKSPACE}/generate-access-key-token`,
  { 'x-api-key': SHARELY_API_KEY },
  {},
);

const createGroup = (name) =>
  send(
    `/v1/workspaces/${SHARELY_WORKSPACE}/spaces/${SHARELY_SPACE}/group`,
    { Authorization: `Bearer ${exchanged.token}`, organizationid: SHARELY_ORGANIZATION },
    { name },
  );

const groups = [await createGroup('Product Questions'), await createGroup(undefined)];
for (const topic of ['Welcome', 'Technical Support', 'Feature Requests', 'Billing']) {
  groups.push(await createGroup(topic));
}
for (const topic of ['First Steps', 'Integration', 'API']) {
  groups.push(await createGroup(topic));
}
const today = new Date().toISOString().split('T')[0];
const session = await createGroup(`Onboarding - ${today}`);
groups.push({ id: session.id, name: session.name, startedAt: session.createdAt });

console.log(JSON.stringify(groups));
