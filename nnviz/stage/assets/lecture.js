// Lecture mode: everything but the stage goes, and type grows so that the back row can read it.

export function setLecture(root, on) {
  document.documentElement.classList.toggle("nnv-lecture", on);
  root.classList.toggle("nnv-large", on);
}
