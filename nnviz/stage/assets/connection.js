// Notices when Streamlit's connection is lost. Recorded frames can still be played, so Streamlit's
// dialog about the loss, which would block the page, is closed as soon as it opens.

const TITLE = "Connection error";

function closeDialog(node) {
  if (!(node instanceof Element) || !node.matches(".stDialog") || !node.textContent.includes(TITLE)) return false;
  node.style.display = "none";
  node.querySelector("button[aria-label='Close']")?.click();
  return true;
}

export function watchConnection(onLost) {
  const observer = new MutationObserver((changes) => {
    const opened = changes.flatMap((change) => [...change.addedNodes]);
    if (opened.filter(closeDialog).length) onLost();
  });
  observer.observe(document.body, { childList: true });
}
