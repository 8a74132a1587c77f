// The view Race of the Lab, not built yet.

export class RaceView {
  constructor(host, lab) { Object.assign(this, { host, lab }); }
  key() { return ""; }
  async open() { return { tracks: [] }; }
  show() {}
  rest() {}
  setTheme() {}
  describe() { return ""; }
  close() {}
}
