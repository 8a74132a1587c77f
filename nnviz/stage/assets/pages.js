// The links between the pages, which are Streamlit's: a click on one changes the page, and the stage
// stays. A view without controls has no links.

const LINKS = ".st-key-nnviz_pages a";

export const pageLink = (page) =>
  [...document.querySelectorAll(LINKS)].find(({ textContent }) => textContent.trim().toLowerCase() === page) ?? null;
