// Makes a chat with fetch and prints its id.
const response = await fetch(`${process.env.PARLOR_URL}/api/v1/chats/`, {
  method: "POST",
  headers: { "X-API-Key": process.env.PARLOR_KEY, "Content-Type": "application/json" },
  body: JSON.stringify({
    user_id: "customer-7",
    title: "Late parcel",
    metadata: { desk: "returns", urgent: true },
  }),
});
if (response.status !== 201) throw new Error(`${response.status} ${await response.text()}`);
const chat = await response.json();
if (chat.user_id !== "customer-7" || chat.last_message_at !== null) throw new Error(JSON.stringify(chat));
console.log(chat.id);
