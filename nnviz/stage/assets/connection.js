// Notices when the server is gone and when it is back. What was recorded can be played meanwhile,
// so Streamlit's own dialog, which would lock the page, is closed as soon as it opens.

const TITLE = "Connection error";

function closeDialog(node) {
  if (!(node instanceof Element) || !node.matches(".stDialog") || !node.textContent.includes(TITLE)) return false;
  node.style.display = "none";
  node.querySelector("button[aria-label='Close']")?.click();
  return true;
}

export class Connection {
  constructor(onLost, onFound) {
    this.lost = false;
    this.onLost = onLost;
    this.onFound = onFound;
    this.observer = new MutationObserver((changes) => {
      const opened = changes.flatMap((change) => [...change.addedNodes]);
      if (opened.filter(closeDialog).length) this.lose();
    });
    this.observer.observe(document.body, { childList: true });
  }

  lose() {
    if (this.lost) return;
    this.lost = true;
    this.onLost();
  }

  // Whatever the server sends shows that it is there.
  heard() {
    if (!this.lost) return;
    this.lost = false;
    this.onFound();
  }

  destroy() {
    this.observer.disconnect();
  }
}
