// The view Landscape of the Lab, not built yet.

export class LandscapeView {
  constructor(host, lab) { Object.assign(this, { host, lab }); }
  key() { return ""; }
  async open() { return { tracks: [] }; }
  show() {}
  rest() {}
  setTheme() {}
  describe() { return ""; }
  close() {}
}
