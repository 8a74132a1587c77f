// The view Hidden of the Lab, not built yet.

export class HiddenView {
  constructor(host, lab) { Object.assign(this, { host, lab }); }
  key() { return ""; }
  async open() { return { tracks: [] }; }
  show() {}
  rest() {}
  setTheme() {}
  describe() { return ""; }
  close() {}
}
