// What a page sees of its widget.
window.violations = [];
window.received = [];
document.addEventListener("securitypolicyviolation", (event) => {
  window.violations.push(`${event.violatedDirective} ${event.blockedURI} ${event.sourceFile}:${event.lineNumber}`);
});
document.addEventListener("parlor-message", (event) => window.received.push(event.detail.content));
