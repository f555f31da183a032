// A program that uses the package; it is compiled only.
import { ChatSocket, Client, type ChatEvent, type SendReceipt } from "parlor-client";
import { ParlorChatElement } from "parlor-client/widget";

export async function main(client: Client): Promise<SendReceipt> {
  const chat = await client.createChat({ userId: "ada", metadata: { order: 7 } });
  const title: string = chat.title;
  // @ts-expect-error A chat has no such field.
  void chat.subject;
  // @ts-expect-error A chat needs a user.
  void client.createChat({ title });
  const socket: ChatSocket = client.socket(chat.id, "ada", { resumeFrom: { seq: 1, epoch: "e" } });
  socket.subscribe((event: ChatEvent) => {
    if (event.type === "entry") return void (event.entry.message?.content satisfies string | undefined);
    if (event.type === "closed" && event.reason.kind === "server") return void (event.reason.code satisfies number);
  });
  return socket.send("Hi");
}

export const tokens = (element: ParlorChatElement) => {
  element.tokenProvider = async () => "token";
  element.texts = { send: "Senden" };
};
