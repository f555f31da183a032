// Opens the chat of the token that was pasted.
document.querySelector("#open").addEventListener("submit", (event) => {
  event.preventDefault();
  const chat = document.createElement("parlor-chat");
  chat.setAttribute("token", document.querySelector("#token").value.trim());
  document.querySelector("parlor-chat")?.remove();
  document.querySelector("main").append(chat);
});
