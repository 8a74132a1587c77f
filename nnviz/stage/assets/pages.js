// The links between the pages, which are Streamlit's: a click on one changes the page, and the stage
// stays.

const LINKS = ".st-key-nnviz_pages a";

// Whether there are links; on a visitor's first page they come later than the stage.
export const hasPages = () =>
  document.querySelector(".stApp") !== null && new URLSearchParams(window.location.search).get("controls") !== "0";

export const linkTo = (page) =>
  [...document.querySelectorAll(LINKS)].find(({ textContent }) => textContent.trim().toLowerCase() === page);

export const goToPage = (page) => linkTo(page)?.click();
